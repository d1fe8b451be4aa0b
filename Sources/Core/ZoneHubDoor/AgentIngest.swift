import ZoneHubCore

extension Ingest: HeartbeatTaker {}
