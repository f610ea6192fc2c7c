#!/bin/sh
# Assembles the root file system of the image: rootfs.sh PROGRAMS ROOT LICENSE…
#
# It holds both programs, from the folder PROGRAMS, and what they need of this system: the C library, certificate authorities, and a
# name for the account, and texts of licenses. No shell, and nothing that installs anything.
set -eu
programs=$1
root=$2
shift 2
account=65532

for program in segmentation-engine rpc-server; do
  install -D -m 755 "$programs/$program" "$root/usr/local/bin/$program"
  # Lines such as "libc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x…)", and for the loader its path alone.
  for library in $(ldd "$programs/$program" | grep -o '/[^ ]*'); do
    install -D -m 755 "$library" "$root$library"
  done
done

for text in "$@"; do
  install -D -m 644 "$text" "$root/usr/share/licenses/audience/${text##*/}"
done

mkdir -p "$root/etc/ssl/certs" "$root/tmp" "$root/var/lib/audience"
install -m 644 /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/ca-certificates.crt"
echo "audience:x:$account:$account::/var/lib/audience:/sbin/nologin" >"$root/etc/passwd"
echo "audience:x:$account:" >"$root/etc/group"
echo "hosts: files dns" >"$root/etc/nsswitch.conf"
chmod 1777 "$root/tmp"
