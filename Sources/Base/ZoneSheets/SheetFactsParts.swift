import ZoneModel
import ZoneTime

/// One line of the list of devices.
package struct SheetDevice: Sendable, Hashable, Codable {
    /// `nil`: a rule wants such a thing and none is on the list.
    package var id: String?
    /// Raw value of `DeviceKind`.
    package var kind: String
    /// `yes`, `no`, `unconfirmed`; unknown where no rule speaks of it.
    package var required: Known<String>
    /// How many of its kind the rule wants.
    package var wanted: Known<Int64>
    package var model: String?
    package var serial: String?
    package var asset: Known<String>
    package var place: String?
    /// 正常 and so on, at the moment when the facts were gathered.
    package var state: String
    /// `machine`, `person`.
    package var watch: String

    package init(
        id: String?, kind: String, required: Known<String> = .unknown("无规定"),
        wanted: Known<Int64> = .unknown("无规定"), model: String? = nil, serial: String? = nil,
        asset: Known<String> = .unknown("未登记"), place: String? = nil, state: String, watch: String = "machine"
    ) {
        (self.id, self.kind, self.required, self.wanted) = (id, kind, required, wanted)
        (self.model, self.serial, self.asset, self.place) = (model, serial, asset, place)
        (self.state, self.watch) = (state, watch)
    }
}

/// One line of the ledger of faults.
package struct SheetCase: Sendable, Hashable, Codable {
    /// 〔2026〕第0012号.
    package var number: String
    package var foundAt: WallTime
    /// A device's id, or what it is called.
    package var device: String
    package var symptom: String
    /// `system`, `staff`, `citizen`, `inspection`.
    package var foundBy: String
    package var vendorContacted: WallTime?
    package var fixed: WallTime?
    package var answered: WallTime?
    package var closed: WallTime?
    /// Why there was nothing to do; then it is closed.
    package var declined: String?

    package init(number: String, foundAt: WallTime, device: String, symptom: String, foundBy: String) {
        (self.number, self.foundAt, self.device) = (number, foundAt, device)
        (self.symptom, self.foundBy) = (symptom, foundBy)
    }

    /// Somebody is still owed something.
    package var isOpen: Bool { closed == nil && declined == nil }

    /// A ledger also has what was found earlier and is not over: that was counted in its own period.
    package func isFound(in period: SheetPeriod) -> Bool { period.contains(CivilDate(of: foundAt)) }
}

/// A thing to be done again and again: 启用检查, 清洁, 消毒.
package struct SheetDuty: Sendable, Hashable, Codable {
    package var name: String
    /// How often it was due in the period.
    package var due: Int64
    package var done: Int64
    package var note: String?

    package init(name: String, due: Int64, done: Int64, note: String? = nil) {
        (self.name, self.due, self.done, self.note) = (name, due, done, note)
    }
}
