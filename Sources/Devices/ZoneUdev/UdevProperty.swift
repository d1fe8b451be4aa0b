import CUdev
import ZoneModel

extension UdevDevice {
    /// What udev's database says of a device now; `nil` when it says nothing, or there is no such device.
    package static func property(_ name: String, of sysPath: String) -> String? {
        guard let context = udev_new() else { return nil }
        defer { udev_unref(context) }
        guard let device = udev_device_new_from_syspath(context, sysPath) else { return nil }
        defer { udev_device_unref(device) }
        return udev_device_get_property_value(device, name).map { String(cString: $0).cleaned(limit: 1000) }
    }
}
