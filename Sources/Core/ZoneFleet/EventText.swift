import ZoneModel

extension NodeJournal {
    /// One event as the agent would write it, keys sorted.
    /// - Parameter skew: ms by which the node's wall clock is wrong.
    func write(_ seq: Int64, base: WallTime, skew: Int64, into json: inout JSONBytes) {
        let fact = self[seq]
        let opening = openings[Int(fact.opening)]
        let at = base.advanced(byMilliseconds: fact.at + skew)
        json.raw("{\"at\":")
        json.time(at)
        json.raw(",\"boot\":")
        json.word(opening.boot)
        json.raw(",\"class\":\"")
        json.raw(fact.eventClass)
        json.raw("\",\"clockQuality\":")
        json.raw(skew == 0 ? "\"synced\"" : "\"unsynced\"")
        json.raw(",\"data\":")
        data(of: fact, at: at, into: &json)
        json.raw(",\"epoch\":")
        json.word(opening.epoch.text)
        json.raw(",\"mono\":")
        json.number(max(0, fact.at - opening.bootAt))
        json.raw(",\"name\":\"")
        json.raw(fact.name)
        json.raw(fact.isPoison ? "\",\"schema\":\"one\",\"seq\":" : "\",\"schema\":1,\"seq\":")
        json.number(seq)
        json.raw(",\"subject\":")
        json.word(fact.isAboutZone ? "zone" : SimulatedDevices.cards[Int(fact.device)].id)
        json.raw("}")
    }

    /// What the ledger and its checker add up: one number for an event, the same on both sides.
    func checksum(_ seq: Int64, base: WallTime, skew: Int64) -> UInt32 {
        let fact = self[seq]
        var text = JSONBytes(reserving: 96)
        text.word(openings[Int(fact.opening)].epoch.text)
        text.number(seq)
        text.raw(fact.name)
        text.raw(fact.eventClass)
        text.time(base.advanced(byMilliseconds: fact.at + skew))
        return Checksum.crc32(text.bytes)
    }

    private func data(of fact: Fact, at: WallTime, into json: inout JSONBytes) {
        switch fact.what {
        case .raised, .cleared: condition(fact, at: at, into: &json)
        case .deposit: json.raw("{\"code\":\"box.deposit\",\"count\":1,\"evidence\":\"slot\"}")
        case .lidOpened: json.raw("{\"code\":\"box.lid.opened\",\"count\":1,\"evidence\":\"contact\"}")
        case .printed:
            json.raw("{\"bytes\":48211,\"copies\":1,\"format\":\"application/pdf\",\"id\":")
            json.word(HexText.sixteen(UInt64(fact.at.magnitude)))
            json.raw(",\"pagesProven\":")
            json.number(Int64(fact.detail))
            json.raw("}")
        case .use:
            json.raw("{\"pages\":0,\"touchSessions\":")
            json.number(Int64(fact.detail))
            json.raw("}")
        case .state:
            json.raw("{\"activity\":\"idle\",\"health\":\"ok\",\"link\":\"up\",\"mode\":\"service\"")
            json.raw(",\"presence\":\"present\"}")
        case .started, .command, .rewound: json.raw(notes[Int(fact.detail)])
        case .stopping, .thinned: json.raw("{}")
        }
    }

    private func condition(_ fact: Fact, at: WallTime, into json: inout JSONBytes) {
        let trouble = Trouble.all[Int(fact.trouble)]
        json.raw("{\"code\":")
        json.word(trouble.code.rawValue)
        json.raw(",\"evidence\":\"simulated\",\"severity\":")
        json.word(trouble.code.severity.rawValue)
        json.raw(",\"simulated\":true,\"since\":")
        json.time(at.advanced(byMilliseconds: fact.what == .cleared ? -Int64(fact.detail) * 1000 : 0))
        json.raw("}")
    }
}
