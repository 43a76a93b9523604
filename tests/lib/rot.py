"""What happens to files: a bit flips, a block becomes zeros, a file is cut, lost, exchanged, or a link."""

import contextlib
import shutil
from random import Random

BLOCK = 4096


def flip_a_bit(content, chance):
    """Give the content with one bit flipped."""
    place = chance.randrange(len(content))
    return content[:place] + bytes([content[place] ^ 1 << chance.randrange(8)]) + content[place + 1 :]


def zero_a_block(content, chance):
    """Give the content with 4 KiB of zeros in it, at a multiple of 4 KiB as disks do it."""
    begin = BLOCK * chance.randrange(-(-len(content) // BLOCK))
    lost = len(content[begin : begin + BLOCK])
    return content[:begin] + bytes(lost) + content[begin + BLOCK :]


ROTS = (flip_a_bit, zero_a_block)


def rot(path, chance):
    """Damage a file in place, in one of both ways; gives what it was. Zeros that were zeros before are no damage."""
    content = path.read_bytes()
    assert any(content), f"{path.name} holds nothing that could be damaged"
    changed = content
    while changed == content:
        changed = chance.choice(ROTS)(content, chance)
    path.write_bytes(changed)
    return content


@contextlib.contextmanager
def rotten(paths, seed):
    """Damage one of some files for a while; gives the one."""
    chance = Random(seed)
    path = chance.choice(sorted(paths))
    content = rot(path, chance)
    try:
        yield path
    finally:
        path.write_bytes(content)


def cut_in_half(path, folder):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def lose_the_last_byte(path, folder):
    path.write_bytes(path.read_bytes()[:-1])


def be_empty(path, folder):
    path.write_bytes(b"")


def be_missing(path, folder):
    path.unlink()


def get_company(path, folder):
    """Have a file beside it that nobody has written."""
    shutil.copy(path, path.with_name(f"copy-of-{path.name}"))


def be_exchanged(path, folder):
    """Change places with another file of its kind; gives its name."""
    others = [other for other in sorted(path.parent.glob(f"*{path.suffix}")) if other != path]
    other = next(other for other in others if other.read_bytes() != path.read_bytes())
    mine, theirs = path.read_bytes(), other.read_bytes()
    path.write_bytes(theirs)
    other.write_bytes(mine)
    return other.name


def be_a_link(path, folder):
    """Become a link to a whole copy elsewhere: the content is right, the place is not."""
    elsewhere = folder / f"elsewhere-{path.name}"
    shutil.copy(path, elsewhere)
    path.unlink()
    path.symlink_to(elsewhere)


def be_a_directory(path, folder):
    path.unlink()
    path.mkdir()


CASES = (cut_in_half, lose_the_last_byte, be_empty, be_missing, get_company, be_exchanged, be_a_link, be_a_directory)
"""What may stand in the place of a file, or beside it."""
