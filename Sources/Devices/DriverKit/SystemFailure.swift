import Glibc

extension DeviceError.Code {
    /// What a failed system call on a device means.
    /// - Parameter number: errno.
    package init(errno number: CInt) {
        switch number {
        case EACCES, EPERM: self = .permission
        case ENOENT, ENODEV, ENXIO, EIO, ECONNREFUSED, ECONNRESET, EPIPE, EHOSTUNREACH, ENETUNREACH, ECONNABORTED:
            self = .absent
        case EBUSY: self = .busy
        case ETIMEDOUT: self = .timedOut
        case EINVAL, ENOTTY: self = .unsupported
        default: self = .ioFailed
        }
    }
}
