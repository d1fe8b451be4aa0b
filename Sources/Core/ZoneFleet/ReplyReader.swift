import ZoneModel
import ZoneWire

/// Reads the reply to a quiet heartbeat in one pass. Anything it was not made for (escapes, orders, new keys with
/// values of their own) goes to the library's decoder, which takes thirty times as long.
enum ReplyReader {
    static func read(_ bytes: [UInt8]) throws -> HeartbeatReply {
        var scan = Scan(bytes: bytes)
        if let reply = scan.parse() { return reply }
        return try WireCoding.decode(HeartbeatReply.self, bytes)
    }

    /// What the quick pass alone makes of it; for the test that compares both.
    static func quick(_ bytes: [UInt8]) -> HeartbeatReply? {
        var scan = Scan(bytes: bytes)
        return scan.parse()
    }

    private struct Scan {
        let bytes: [UInt8]
        var at = 0
        var seen: Set<String> = []
        var reply = HeartbeatReply(
            status: .rejected, ackThrough: nil, stateAck: nil, serverTime: WallTime(milliseconds: 0), interval: .zero)

        init(bytes: [UInt8]) { self.bytes = bytes }

        mutating func parse() -> HeartbeatReply? {
            guard object({ $0.member($1) }), at == bytes.count else { return nil }
            return seen.isSuperset(of: ["v", "status", "serverTime", "interval", "want", "commands", "entries"])
                ? reply : nil
        }

        private mutating func member(_ key: String) -> Bool {
            guard seen.insert(key).inserted else { return false }
            switch key {
            case "v": return number { reply, value in reply.v = Int(value) }
            case "interval": return number { reply, value in reply.interval = value }
            case "retryAfter": return number { reply, value in reply.retryAfter = value }
            case "stateAck": return word { reply, text in reply.stateAck = text }
            case "status": return status()
            case "serverTime": return serverTime()
            case "ackThrough": return ackThrough()
            case "backfill": return backfill()
            case "want": return want()
            case "commands", "entries": return take("[") && take("]")
            default: return false
            }
        }

        private mutating func status() -> Bool {
            guard let text = string(), let status = HeartbeatReply.Status(rawValue: text) else { return false }
            reply.status = status
            return true
        }

        private mutating func serverTime() -> Bool {
            guard let text = string(), let time = WallTime(rfc3339: text) else { return false }
            reply.serverTime = time
            return true
        }

        private mutating func ackThrough() -> Bool {
            var (stream, seq): (HexID?, Int64?) = (nil, nil)
            let isRead = object { scan, key in
                switch key {
                case "stream": stream = scan.string().flatMap { HexID($0) }
                case "seq": seq = scan.integer()
                default: return false
                }
                return key == "stream" ? stream != nil : seq != nil
            }
            guard isRead, let stream, let seq else { return false }
            reply.ackThrough = .init(stream: stream, seq: seq)
            return true
        }

        private mutating func backfill() -> Bool {
            var (events, afterMs): (Int64?, Int64?) = (nil, nil)
            let isRead = object { scan, key in
                switch key {
                case "events": events = scan.integer()
                case "afterMs": afterMs = scan.integer()
                default: return false
                }
                return key == "events" ? events != nil : afterMs != nil
            }
            guard isRead, let events, let afterMs else { return false }
            reply.backfill = .init(events: Int(events), afterMs: afterMs)
            return true
        }

        private mutating func want() -> Bool {
            guard take("[") else { return false }
            if take("]") { return true }
            repeat {
                guard let text = string() else { return false }
                reply.want.append(text)
            } while take(",")
            return take("]")
        }

        private mutating func number(_ set: (inout HeartbeatReply, Int64) -> Void) -> Bool {
            guard let value = integer() else { return false }
            set(&reply, value)
            return true
        }

        private mutating func word(_ set: (inout HeartbeatReply, String) -> Void) -> Bool {
            guard let text = string() else { return false }
            set(&reply, text)
            return true
        }

        private mutating func object(_ member: (inout Scan, String) -> Bool) -> Bool {
            guard take("{") else { return false }
            if take("}") { return true }
            repeat {
                guard let key = string(), take(":"), member(&self, key) else { return false }
            } while take(",")
            return take("}")
        }

        private mutating func take(_ character: Unicode.Scalar) -> Bool {
            guard at < bytes.count, bytes[at] == UInt8(ascii: character) else { return false }
            at += 1
            return true
        }

        private mutating func string() -> String? {
            guard take("\"") else { return nil }
            let start = at
            while at < bytes.count, bytes[at] != UInt8(ascii: "\"") {
                // An escape, or something that is no plain text: not for here.
                guard bytes[at] != UInt8(ascii: "\\"), (0x20...0x7E).contains(bytes[at]) else { return nil }
                at += 1
            }
            guard take("\"") else { return nil }
            return String(decoding: bytes[start..<at - 1], as: UTF8.self)
        }

        /// Fifteen digits are far from where a sum overflows.
        private mutating func integer() -> Int64? {
            let isNegative = take("-")
            let start = at
            var value: Int64 = 0
            while at < bytes.count, at - start < 15, let digit = Character(UnicodeScalar(bytes[at])).wholeNumberValue {
                value = value * 10 + Int64(digit)
                at += 1
            }
            guard at > start, at == start + 1 || bytes[start] != UInt8(ascii: "0") else { return nil }
            return isNegative ? -value : value
        }
    }
}
