import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import ZoneHTTP
import ZoneHubCore
import ZoneHubStore
import ZoneIdentity
import ZoneLinux
import ZoneModel
import ZoneWire

/// Everything goes wrong in words: what happened, in both languages.
struct OfficeErrors: RouterMiddleware {
    let log: Logger

    @concurrent
    func handle(
        _ request: Request, context: OfficeContext,
        next: @concurrent (Request, OfficeContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as OfficeError {
            return try JSONResponse.make(error.body, status: error.status)
        } catch let error as ErrorJSON {
            return try JSONResponse.make(error, status: OfficeErrors.status(of: error.code))
        } catch let trouble as RosterCSV.Trouble {
            return try JSONResponse.make(trouble.body, status: .badRequest)
        } catch let refusal as IdentityRefusal {
            return try JSONResponse.make(refusal.body, status: OfficeErrors.status(of: refusal.body.code))
        } catch let error as IdentityError {
            let body = ErrorJSON(code: "identity.invalid", message: error.en, zh: error.zh)
            return try JSONResponse.make(body, status: .badRequest)
        } catch let error where error is HTTPError || error is NIOTooManyBytesError || error is CancellationError {
            throw error
        } catch {
            log.error("Office could not do it", metadata: ["error": "\(error)".cleaned().logValue])
            let body = ErrorJSON(
                code: "office.failed", message: "it could not be done or stored; the hub's log says why",
                zh: "操作未能完成或保存，原因见平台日志")
            return try JSONResponse.make(body, status: .internalServerError)
        }
    }

    /// What the operations refuse, by the stable part of the code.
    private static func status(of code: String) -> HTTPResponse.Status {
        switch code {
        case "not.found": .notFound
        case "identity.denied", "identity.mismatch", "access.denied": .forbidden
        case "key.taken", "enrolment.ambiguous", "enrolment.decided", "ca.refused": .conflict
        default: .badRequest
        }
    }
}

extension RosterCSV.Trouble {
    /// A line of words for each mistake.
    fileprivate var body: ErrorJSON {
        func place(_ complaint: RosterCSV.Complaint, _ line: String, _ column: String) -> String {
            guard complaint.line > 0 else { return "" }
            return line.replacing("N", with: "\(complaint.line)")
                + (complaint.column.map { column.replacing("N", with: $0) } ?? "") + ": "
        }
        let zh = complaints.map { (place($0, "第 N 行", " N 列") + $0.zh).cleaned() }.joined(separator: "\n")
        let en = complaints.map { (place($0, "line N", ", column N") + $0.en).cleaned() }.joined(separator: "\n")
        return ErrorJSON(
            code: "roster.invalid", message: "nothing was changed; mend the file and import it again:\n\(en)",
            zh: "名册没有变动，请改正后重新导入：\n\(zh)\n", fixer: .office)
    }
}

extension String {
    fileprivate var logValue: Logger.MetadataValue { .string(self) }
}

/// The socket's mode keeps strangers out; this does so too, should somebody have changed it. And a program gone wild
/// slows down itself only.
struct OfficeReception: RouterMiddleware {
    let staff: OfficeStaff
    let visitors: Visitors

    @concurrent
    func handle(
        _ request: Request, context: OfficeContext,
        next: @concurrent (Request, OfficeContext) async throws -> Response
    ) async throws -> Response {
        let peer = try await PeerCredentials(of: context.channel)
        guard staff.includes(peer) else {
            throw OfficeError(
                .forbidden, "access.denied",
                "uid \(peer.uid) may not work at the hub's office: root may (sudo zone-hub …), and the hub's own user",
                zh: "没有权限：只有 root（sudo zone-hub …）和平台自己的用户可以操作")
        }
        if let wait = visitors.admitRequest(peer.uid) {
            throw OfficeError(
                .tooManyRequests, "access.tooMany", "too many requests: wait \(wait.milliseconds) ms", zh: "请求太频繁，请稍后再试"
            )
        }
        return try await next(request, context)
    }
}
