/// Finds frames in a stream, whatever the pieces in which it comes. A read is not a frame: neither TCP nor a tty keeps
/// them together.
package struct OnbonFrameAssembler: Sendable {
    package enum Piece: Sendable, Hashable {
        case frame(OnbonFrame)
        case fault(OnbonFrame.Fault)
    }

    /// More than any frame has: 1024 bytes of data, each escaped, with header and checksum.
    package static let longestFrame = 4096

    private enum State {
        case hunting
        /// After an opening byte: any further ones belong to the same run (the vendor's own replies carry nine).
        case opened
        case inside
    }

    private var state = State.hunting
    private var wire: [UInt8] = []

    package init() {}

    /// How many bytes of an unfinished frame are held.
    package var heldCount: Int { wire.count }

    package mutating func take(_ bytes: [UInt8]) -> [Piece] { bytes.compactMap { take($0) } }

    private mutating func take(_ byte: UInt8) -> Piece? {
        switch (state, byte) {
        case (_, OnbonEscape.opening):
            // Inside a frame it can only be the next one's: this one lost its end.
            (state, wire) = (.opened, [])
        case (.hunting, _): break
        case (.opened, OnbonEscape.closing): state = .hunting
        case (.inside, OnbonEscape.closing): return finish()
        default: keep(byte)
        }
        return nil
    }

    private mutating func keep(_ byte: UInt8) {
        state = .inside
        wire.append(byte)
        guard wire.count > OnbonFrameAssembler.longestFrame else { return }
        (state, wire) = (.hunting, [])
    }

    private mutating func finish() -> Piece {
        defer { (state, wire) = (.hunting, []) }
        do throws(OnbonFrame.Fault) {
            return .frame(try OnbonFrame(wire: wire))
        } catch {
            return .fault(error)
        }
    }
}
