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


def cut_in_half(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def lose_the_last_byte(path):
    path.write_bytes(path.read_bytes()[:-1])


def empty(path):
    path.write_bytes(b"")


def lose(path):
    path.unlink()


def add_a_stranger(path):
    shutil.copy(path, path.with_name(f"copy-of-{path.name}"))


def swap_with_its_neighbour(path):
    """Exchange a file with another of its kind; what has no neighbour takes the place of none."""
    others = [other for other in sorted(path.parent.glob(f"*{path.suffix}")) if other != path]
    (other, *_) = [other for other in others if other.read_bytes() != path.read_bytes()]
    mine, theirs = path.read_bytes(), other.read_bytes()
    path.write_bytes(theirs)
    other.write_bytes(mine)


def become_a_link(path):
    """Become a symbolic link to a whole copy elsewhere: the content is right, the place is not."""
    elsewhere = path.parents[3] / f"elsewhere-{path.name}"
    shutil.copy(path, elsewhere)
    path.unlink()
    path.symlink_to(elsewhere)


def become_a_directory(path):
    path.unlink()
    path.mkdir()
