import GRDB
import ZoneModel

/// What nobody needs any more of tokens and enrolments. Certificates stay, as each key must be known for ever, and what
/// was done stays in the audit.
extension HubStore {
    /// One slice; to be called until it is done. A request that waits for an officer is not forgotten.
    package func forgetEnrolments(_ retention: HubRetention, at now: WallTime) async throws -> ForgottenSlice {
        let end = now.advanced(byMilliseconds: -retention.enrolmentDays * 86_400_000)
        return try await writeRelieved { db in
            var result = ForgottenSlice()
            // Enrolments first: each refers to its token.
            for sql in [rejected, approved, tokens] {
                try db.execute(
                    sql: sql, arguments: ["end": end.rfc3339, "endMs": end.milliseconds, "slice": retention.slice])
                result.removed += db.changesCount
                result.isDone = result.isDone && db.changesCount < retention.slice
            }
            return result
        }
    }
}

/// A member of a row's content; nothing when the content cannot be read. Times are texts that sort as they follow.
private func member(_ name: String) -> String {
    "CASE WHEN json_valid(content) THEN json_extract(content, '$.\(name)') END"
}

private let rejected = """
    DELETE FROM identity_enrolment WHERE token IN (
        SELECT token FROM identity_enrolment
        WHERE state = 'rejected' AND asked < :endMs AND \(member("decidedAt")) < :end LIMIT :slice)
    """

/// Once its certificate has ended the token gives no answer but that it is too old (`EnrolDesk`).
private let approved = """
    DELETE FROM identity_enrolment WHERE token IN (
        SELECT token FROM identity_enrolment AS asked_for
        WHERE state = 'approved' AND asked < :endMs AND NOT EXISTS (
            SELECT 1 FROM identity_certificate
            WHERE fingerprint = asked_for.fingerprint AND not_after > :endMs) LIMIT :slice)
    """

private let tokens = """
    DELETE FROM identity_token WHERE hash IN (
        SELECT hash FROM identity_token
        WHERE made < :endMs AND coalesce(\(member("consumedAt")), \(member("expires"))) < :end
            AND NOT EXISTS (SELECT 1 FROM identity_enrolment WHERE token = hash) LIMIT :slice)
    """
