/// One demand of a notice as a sheet prints it: 依据, 条款, 要求, 应有, 现有, and 有, 缺 or 待确认.
package struct PolicyRow: Sendable, Hashable, Codable {
    /// 有, 缺, 待确认.
    package enum State: String, Sendable, Codable, CaseIterable { case yes, no, unconfirmed }

    /// The file's name as in `policy:`, such as `liangping-2021`.
    package var policy: String
    package var notice: String
    /// `nil`: nobody has looked it up.
    package var clause: String?
    /// The notice's words; of a thing of a list, the list's before it.
    package var text: String
    /// `yes`, `no`, `unconfirmed`: 必配, 选配, 待确认.
    package var required: String
    package var wanted: Int
    /// `nil`: nobody knows.
    package var have: Int?
    package var state: State

    package init(
        policy: String, notice: String, clause: String?, text: String, required: String, wanted: Int, have: Int?,
        state: State
    ) {
        (self.policy, self.notice, self.clause, self.text) = (policy, notice, clause, text)
        (self.required, self.wanted, self.have, self.state) = (required, wanted, have, state)
    }
}
