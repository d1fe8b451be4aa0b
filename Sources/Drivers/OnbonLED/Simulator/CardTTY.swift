import Glibc
import NIOCore
import NIOPosix
import OnbonLEDDriver
import Synchronization
import ZoneLinux
import ZoneModel

/// The simulated card on a pseudo terminal: what a tty's reader meets is the kernel's own line discipline.
package actor CardTTY {
    /// What to open, such as `/dev/pts/3`.
    package nonisolated let path: String
    private let card: Mutex<SimulatedCard>
    /// Held open, else the near end would hang up between two visitors.
    private let ownEnd: CInt
    private var line: (any Channel)?

    package init(card: SimulatedCard = SimulatedCard()) async throws {
        var (far, near): (CInt, CInt) = (-1, -1)
        var name = [CChar](repeating: 0, count: 64)
        guard openpty(&far, &near, &name, nil, nil) == 0 else { throw SystemError("openpty") }
        for fd in [far, near] { _ = fcntl(fd, F_SETFD, FD_CLOEXEC) }
        path = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let ownEnd = near
        self.ownEnd = ownEnd
        // Without this the kernel would give back what is sent, and cut it into lines.
        var attributes = termios()
        tcgetattr(ownEnd, &attributes)
        cfmakeraw(&attributes)
        tcsetattr(ownEnd, TCSANOW, &attributes)
        self.card = Mutex(card)
        line = try await NIOPipeBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        CardConversation { bytes in
                            // A visitor takes the line for itself (TIOCEXCL); that would outlast its own descriptor.
                            _ = ioctl(ownEnd, UInt(TIOCNXCL), 0)
                            return self.card.withLock { card in (card.receive(bytes), card.faults.manner) }
                        })
                }
            }
            .takingOwnershipOfDescriptor(inputOutput: far).get()
    }

    package nonisolated var state: SimulatedCard { card.withLock { $0 } }

    package nonisolated func change(_ body: (inout SimulatedCard) -> Void) { card.withLock { body(&$0) } }

    /// The adapter is pulled out. Idempotent.
    package func unplug() async {
        guard let line else { return }
        self.line = nil
        try? await line.close().get()
        _ = OwnedFD(adopting: ownEnd)
    }
}
