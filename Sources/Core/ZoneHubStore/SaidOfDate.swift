import ZoneDays
import ZoneModel
import ZoneTime

/// What the nodes of a zone have said of one date.
package struct SaidOfDate: Sendable {
    /// The records of those that have closed it.
    package var closed: [NodeName: [DayRecord]] = [:]
    /// The hours that it was closed with; of several nodes, those of the first.
    package var closedHours: [Range<WallTime>]?
    /// The hours that were told beforehand; of several nodes, those of the first.
    package var toldHours: [Range<WallTime>]?
}

extension HubStore {
    /// - Parameter nodes: the zone's, in the order in which they are believed.
    package func said(by nodes: [NodeName], of date: CivilDate) async throws -> SaidOfDate {
        var said = SaidOfDate()
        for node in nodes {
            let records = try await dayRecords(of: node, on: date)
            if !records.isEmpty { said.closed[node] = records }
            if said.closedHours == nil { said.closedHours = records.first { $0.device == DayRecord.zone }?.open }
            if said.toldHours == nil { said.toldHours = try await dayHours(of: node, on: date) }
        }
        return said
    }
}
