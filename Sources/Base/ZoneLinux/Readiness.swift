import Glibc

package enum Readiness {
    /// Waits for input at most `milliseconds`: poll(2). Blocks: for lanes and for start-up only.
    package static func wait(_ fd: CInt, milliseconds: Int32) -> Bool {
        var entry = pollfd(fd: fd, events: Int16(POLLIN), revents: 0)
        return poll(&entry, 1, milliseconds) > 0
    }
}
