import ZoneModel

/// Whom to call: from the site's file, with what the device says of itself.
package struct VendorCard: Sendable, Hashable, Codable {
    package var company: String
    package var phone: String?
    package var contract: String?
    package var model: String?
    package var serial: String?

    package init(
        company: String, phone: String? = nil, contract: String? = nil, model: String? = nil, serial: String? = nil
    ) {
        (self.company, self.phone, self.contract) = (company, phone, contract)
        (self.model, self.serial) = (model, serial)
    }

    fileprivate var cleaned: VendorCard {
        VendorCard(
            company: company.cleaned(limit: 80), phone: phone?.cleaned(limit: 40),
            contract: contract?.cleaned(limit: 80),
            model: model?.cleaned(limit: 80), serial: serial?.cleaned(limit: 80))
    }
}

/// What a case is about, as it was found. Of a person who reported it nothing is kept.
package struct CaseSubject: Sendable, Hashable, Codable {
    package var foundBy: FoundBy
    /// `nil`: the zone as a whole.
    package var device: DeviceID?
    package var kind: DeviceKind?
    package var place: String?
    /// The condition that the machine saw.
    package var code: String?
    /// What a person chose from the list (`CaseSymptom`).
    package var symptom: String?
    package var severity: Severity?

    package init(
        foundBy: FoundBy, device: DeviceID? = nil, kind: DeviceKind? = nil, place: String? = nil, code: String? = nil,
        symptom: String? = nil, severity: Severity? = nil
    ) {
        (self.foundBy, self.device, self.kind, self.place) = (foundBy, device, kind, place)
        (self.code, self.symptom, self.severity) = (code, symptom, severity)
    }

    fileprivate var cleaned: CaseSubject {
        var copy = self
        copy.place = place?.cleaned(limit: 80)
        copy.code = code?.cleaned(limit: 64)
        copy.symptom = symptom?.cleaned(limit: 64)
        return copy
    }
}

/// One line of a case. Written once and never changed.
package struct CaseEntry: Sendable, Hashable, Codable {
    package enum Origin: String, Sendable, Codable { case zone, hub }

    package static let longestText = 500

    package var id: ULID
    package var caseID: ULID
    /// A word of `CaseStep`; one that this program does not know is kept and moves nothing.
    package var word: String
    package var role: CaseRole
    /// User and door, never a name.
    package var by: String?
    package var at: WallTime
    package var text: String
    package var origin: Origin
    /// With `open` and `repeat`.
    package var subject: CaseSubject?
    package var deadline: WallTime?
    package var fixer: Fixer?
    package var vendor: VendorCard?
    /// With `open`: the earlier case that has come again.
    package var follows: ULID?
    /// With `numbered`, such as 〔2026〕第0012号.
    package var number: String?

    private enum CodingKeys: String, CodingKey {
        case id, role, by, at, text, origin, subject, deadline, fixer, vendor, follows, number
        case caseID = "case"
        case word = "step"
    }

    package init(
        id: ULID, of caseID: ULID, _ step: CaseStep, role: CaseRole, by: String? = nil, at: WallTime,
        text: String = "", origin: Origin
    ) {
        (self.id, self.caseID, word, self.role) = (id, caseID, step.rawValue, role)
        (self.by, self.at, self.origin) = (by?.cleaned(limit: 80), at, origin)
        self.text = text.cleaned(limit: CaseEntry.longestText)
    }

    package var step: CaseStep? { CaseStep(rawValue: word) }

    /// Comes from a socket or a wire: every text is bounded here, once.
    package init(from decoder: any Decoder) throws {
        let box = try decoder.container(keyedBy: CodingKeys.self)
        id = try box.decode(ULID.self, forKey: .id)
        caseID = try box.decode(ULID.self, forKey: .caseID)
        word = try box.decode(String.self, forKey: .word).cleaned(limit: 40)
        role = try box.decode(CaseRole.self, forKey: .role)
        by = try box.decodeIfPresent(String.self, forKey: .by)?.cleaned(limit: 80)
        at = try box.decode(WallTime.self, forKey: .at)
        text = try box.decodeIfPresent(String.self, forKey: .text)?.cleaned(limit: CaseEntry.longestText) ?? ""
        origin = try box.decode(Origin.self, forKey: .origin)
        subject = try box.decodeIfPresent(CaseSubject.self, forKey: .subject)?.cleaned
        deadline = try box.decodeIfPresent(WallTime.self, forKey: .deadline)
        fixer = try box.decodeIfPresent(Fixer.self, forKey: .fixer)
        vendor = try box.decodeIfPresent(VendorCard.self, forKey: .vendor)?.cleaned
        follows = try box.decodeIfPresent(ULID.self, forKey: .follows)
        number = try box.decodeIfPresent(String.self, forKey: .number)?.cleaned(limit: 40)
    }
}
