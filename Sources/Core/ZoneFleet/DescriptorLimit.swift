import Glibc

/// A node is a descriptor; the usual soft limit is 1024.
enum DescriptorLimit {
    /// As far as the hard limit allows; a failure shows later, as connections that cannot be made.
    static func raise() {
        var limit = rlimit()
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        guard getrlimit(resource, &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        _ = setrlimit(resource, &limit)
    }
}
