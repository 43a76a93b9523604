# What a container engine does, by hand: sh locked.sh ROOT DATA SCRIPT PATH… runs SCRIPT with nothing but
# the system and PATHs (read-only), DATA on /data, tmpfs on /tmp and /tls, no network, no capability, user 10001.
# Start it with: unshare --mount --net --pid --ipc --fork
set -eu
root=$1 data=$2 script=$3
shift 3
mount --make-rprivate /
mount -t tmpfs -o mode=755 tmpfs "$root"
mkdir -p "$root/proc" "$root/dev/shm" "$root/tmp" "$root/data" "$root/tls" "$root/etc"
for place in /tmp /dev/shm; do mount -t tmpfs -o size=512m,mode=1777 tmpfs "$root$place"; done
for place in /usr /lib /lib64 /bin /sbin /etc/ssl "$@"; do
    [ -e "$place" ] || continue
    if [ -L "$place" ]; then ln -s "$(readlink "$place")" "$root$place"; continue; fi
    mkdir -p "$root$place"
    mount --bind "$place" "$root$place"
    mount -o remount,bind,ro,nosuid "$root$place"
done
mount -t proc proc "$root/proc"
for device in null zero urandom random; do
    : >"$root/dev/$device"
    mount --bind "/dev/$device" "$root/dev/$device"
done
mount -t tmpfs -o size=1m,mode=700,uid=10001,gid=10001 tmpfs "$root/tls"
mount --bind "$data" "$root/data"
printf '127.0.0.1 localhost scheduler\n' >"$root/etc/hosts"
cp "$script" "$root/script"
ip link set lo up
mount -o remount,ro,mode=755 "$root"
exec chroot "$root" setpriv --reuid=10001 --regid=10001 --clear-groups --no-new-privs --inh-caps=-all \
    --bounding-set=-all env -i /bin/sh /script
