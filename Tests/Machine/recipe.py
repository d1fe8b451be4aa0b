"""What the test machine consists of. A change here (or in the other files that KEY_FILES names) makes a new image."""

SUITE = 'bookworm'

PACKAGES = [
    'systemd', 'systemd-sysv', 'udev', 'dbus', 'kmod', 'procps', 'iproute2',
    'python3', 'curl',                                        # for the tests: channel.py, panel.py; the hub's pages
    'libevdev2', 'libudev1', 'libcups2', 'libsqlite3-0', 'libusb-1.0-0',    # what the programs link
    'cups-ipp-utils',
    'poppler-utils', 'sane-utils', 'sane-airscan',            # the agent's children: pdfinfo, scanimage
]

# The generic kernel brings every driver of a PC. These are the bulky ones that no scenario can ever meet here.
DROP_MODULES = [
    'sound', 'drivers/gpu', 'drivers/media', 'drivers/infiniband', 'drivers/net/wireless', 'drivers/net/ethernet',
    'drivers/isdn', 'drivers/iio', 'drivers/staging', 'drivers/comedi', 'drivers/edac', 'drivers/mtd',
    'drivers/firewire', 'drivers/ata', 'drivers/nvme', 'drivers/thunderbolt', 'drivers/scsi/qla2xxx',
    'drivers/scsi/lpfc', 'drivers/scsi/mpt3sas', 'drivers/scsi/aic7xxx', 'drivers/scsi/bfa', 'drivers/scsi/qla4xxx',
    'fs/xfs', 'fs/btrfs', 'fs/ocfs2', 'fs/gfs2', 'fs/ceph', 'fs/smb', 'fs/cifs', 'fs/nfs', 'fs/nfsd', 'fs/f2fs',
    'fs/reiserfs', 'fs/jfs', 'fs/nilfs2', 'fs/afs', 'fs/ubifs', 'fs/jffs2',
]
# Of those: what the card of the test needs, drivers/gpu/drm/tiny/bochs.c.
KEEP_MODULES = ['drivers/gpu/drm/' + name for name in (
    'drm.ko', 'drm_kms_helper.ko', 'drm_ttm_helper.ko', 'drm_vram_helper.ko', 'ttm/ttm.ko', 'tiny/bochs.ko')]
BOOT_MODULES = ['virtio_pci', 'virtio_blk', 'crc32c_generic', 'ext4']      # in the initrd: enough to mount the disk
LATER_MODULES = ['evdev', 'uinput', 'uhid', 'hid_generic', 'hid_multitouch', 'usbhid', '9p', '9pnet_virtio']
NEVER_MODULES = ['floppy', 'kvm_amd', 'kvm_intel', 'psmouse', 'pcspkr', 'parport_pc', 'ppdev', 'lp', 'i2c_piix4',
                 'bochs']            # by its step, not at boot

MASKED_UNITS = [
    'apt-daily.timer', 'apt-daily-upgrade.timer', 'dpkg-db-backup.timer', 'fstrim.timer', 'e2scrub_all.timer',
    'e2scrub_reap.service', 'systemd-pstore.service', 'systemd-binfmt.service', 'proc-sys-fs-binfmt_misc.automount',
    'getty@tty1.service', 'serial-getty@ttyS0.service', 'systemd-timesyncd.service',
]

GUEST_FILES = {
    '/etc/hostname': 'zone-pc\n',
    '/etc/hosts': '127.0.0.1 localhost\n127.0.1.1 zone-pc\n::1 localhost\n',
    '/etc/machine-id': 'c0ffee00c0ffee00c0ffee00c0ffee00\n',      # fixed: no first-boot work in any machine
    '/etc/fstab': 'share /mnt/share 9p noauto,ro,trans=virtio,version=9p2000.L,msize=512000 0 0\n',
    '/etc/resolv.conf': '',
    '/etc/modules-load.d/machine-test.conf': '\n'.join(LATER_MODULES) + '\n',
    '/etc/systemd/journald.conf.d/machine-test.conf': '[Journal]\nStorage=volatile\nRateLimitBurst=0\n',
    '/etc/systemd/system/machine-channel.service': '''[Unit]
Description=Command channel of the machine test
After=multi-user.target
[Service]
ExecStart=/usr/bin/python3 /usr/local/sbin/machine-channel
KillMode=process
Restart=always
OOMScoreAdjust=-900
''',
}

KERNEL_LINE = ('console=ttyS0 quiet panic=-1 mitigations=off nokaslr audit=0 tsc=reliable systemd.show_status=0 '
               'systemd.log_target=journal modprobe.blacklist=' + ','.join(NEVER_MODULES))

# Processors, memory and devices are part of the snapshot: a machine must be started with the very same ones.
HARDWARE = [
    '-M', 'pc,usb=off,vmport=off,graphics=off', '-accel', 'tcg,thread=multi,tb-size=512',
    '-cpu', 'Nehalem', '-smp', '2', '-m', '1024', '-nodefaults', '-no-user-config', '-display', 'none', '-nic', 'none',
    '-rtc', 'base=utc',
    '-device', 'virtio-blk-pci,drive=root',
    '-object', 'rng-random,id=rng,filename=/dev/urandom', '-device', 'virtio-rng-pci,rng=rng',
    '-device', 'virtio-serial-pci,id=serial',
    '-device', 'virtserialport,chardev=channel,name=machine.channel,bus=serial.0,nr=1',
    '-device', 'virtio-9p-pci,fsdev=share,mount_tag=share',
    # At a fixed place, so that what is plugged in there has a fixed name by path.
    '-device', 'qemu-xhci,id=xhci,addr=0x10',
    '-device', 'bochs-display,addr=0x11',
]

DISK_BYTES = 4 << 30
KEY_FILES = ['recipe.py', 'rootfs.py', 'bootfiles.py', 'guest/channel.py']
