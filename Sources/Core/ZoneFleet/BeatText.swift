import ZoneModel
import ZoneWire

/// A heartbeat on its way, as small as it can be kept.
struct OutgoingBeat {
    let name: NodeName
    let stream: HexID
    let epoch: HexID
    let boot: String
    let hb: Int64
    let reason: Heartbeat.Reason
    let sentAt: WallTime
    let mono: Int64
    let skew: Int64
    let interval: Int64
    let stateHash: String
    let anchors: String?
    let failed: Int
    var state: [UInt8]?
    var run: EventRun
    var hours: [Heartbeat.OpenInterval]?
    var results: [OrderResultJSON] = []

    /// The same bytes as `WireCoding.encode` of the `Heartbeat`.
    func text(of journal: NodeJournal, base: WallTime) throws -> [UInt8] {
        var json = JSONBytes(reserving: 512 + run.held.count * 300 + (state?.count ?? 0))
        if let anchors {
            json.raw("{\"anchors\":")
            json.word(anchors)
            json.raw(",\"boot\":")
        } else {
            json.raw("{\"boot\":")
        }
        json.word(boot)
        json.raw(skew == 0 ? ",\"clock\":\"synced\"" : ",\"clock\":\"unsynced\"")
        json.raw(",\"epoch\":")
        json.word(epoch.text)
        history(journal, base, &json)
        json.raw(",\"hb\":")
        json.number(hb)
        if let hours {
            json.raw(",\"hours\":")
            json.raw(try WireCoding.encode(hours))
        }
        json.raw(",\"hoursRev\":1,\"interval\":")
        json.number(interval)
        json.raw(",\"mono\":")
        json.number(mono)
        json.raw(",\"node\":")
        json.word(name.node.text)
        json.raw(",\"reason\":")
        json.word(reason.rawValue)
        if !results.isEmpty {
            json.raw(",\"results\":")
            json.raw(try WireCoding.encode(results))
        }
        end(&json)
        return json.bytes
    }

    private func history(_ journal: NodeJournal, _ base: WallTime, _ json: inout JSONBytes) {
        guard !run.isEmpty else { return }
        json.raw(",\"events\":")
        json.list(run.held) { json, seq in journal.write(seq, base: base, skew: skew, into: &json) }
        guard !run.gaps.isEmpty else { return }
        json.raw(",\"gaps\":")
        json.list(run.gaps) { json, gap in
            json.raw("{\"from\":")
            json.number(gap.from)
            json.raw(",\"to\":")
            json.number(gap.to)
            json.raw("}")
        }
    }

    private func end(_ json: inout JSONBytes) {
        json.raw(",\"self\":{\"failedHeartbeats\":")
        json.number(Int64(failed))
        json.raw(",\"uptimeMs\":")
        json.number(mono)
        json.raw(",\"version\":\"simulated\",\"workerKills\":0},\"sentAt\":")
        json.time(sentAt)
        if let state {
            json.raw(",\"state\":")
            json.raw(state)
        }
        json.raw(",\"stateHash\":")
        json.word(stateHash)
        json.raw(",\"stream\":")
        json.word(stream.text)
        json.raw(",\"v\":1,\"zone\":")
        json.word(name.zone.text)
        json.raw("}")
    }
}
