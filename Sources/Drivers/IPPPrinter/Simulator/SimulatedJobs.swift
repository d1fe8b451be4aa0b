/// A job inside the simulated printer: for each copy as many sheets as the request says the document has, else one.
struct SimulatedJob: Sendable, Hashable {
    /// job-state (RFC 8011, 5.3.7).
    enum State: Int, Sendable {
        case pending = 3
        case held = 4
        case processing = 5
        case canceled = 7
        case aborted = 8
        case completed = 9

        var isOver: Bool { self == .canceled || self == .aborted || self == .completed }
    }

    var id: Int
    var name: String
    var user: String
    var copies: Int
    var sheets: Int
    var printed = 0
    var state: State
    /// Created, and its document has not come yet.
    var isIncoming: Bool
    /// By printer-up-time.
    var created: Int
    var begun: Int?
    var ended: Int?
}

extension IPPRequest {
    var user: String { text("requesting-user-name") ?? "anonymous" }
}

extension SimulatedPrinter {
    private static let mostSheets = 10_000
    /// What is over is remembered for a while: real printers forget sooner.
    private static let mostRemembered = 1000
    private static let mostWaiting = 200
    /// multiple-operation-time-out: a job whose document does not come is aborted.
    static let documentWithin = 60

    var isFull: Bool { jobs.values.count { !$0.state.isOver } >= SimulatedPrinter.mostWaiting }

    mutating func accept(_ request: IPPRequest, hasDocument: Bool) -> SimulatedJob {
        let copies = min(max(1, request.integer("copies") ?? 1), 9999)
        let isHeld = !hasDocument || request.text("job-hold-until") == "indefinite"
        let job = SimulatedJob(
            id: (jobs.keys.max() ?? 0) + 1, name: request.text("job-name") ?? "Untitled", user: request.user,
            copies: copies, sheets: sheets(request, copies: copies), state: isHeld ? .held : .pending,
            isIncoming: !hasDocument, created: upTime)
        jobs[job.id] = job
        if jobs.count > SimulatedPrinter.mostRemembered, let oldest = jobs.values.filter(\.state.isOver).map(\.id).min()
        {
            jobs[oldest] = nil
        }
        return job
    }

    private func sheets(_ request: IPPRequest, copies: Int) -> Int {
        let pages = min(max(1, request.integer("job-impressions") ?? 1), SimulatedPrinter.mostSheets)
        let perSheet = request.integer("number-up") == 2 ? 2 : 1
        let banner = request.text("job-sheets") == "standard" ? 1 : 0
        return min(copies * ((pages + perSheet - 1) / perSheet) + banner, SimulatedPrinter.mostSheets)
    }

    /// - Returns: `false` when the job wants none (any more). One document is a job.
    mutating func takeDocument(_ id: Int, _ request: IPPRequest) -> Bool {
        guard var job = jobs[id], job.isIncoming, !job.state.isOver else { return false }
        (job.isIncoming, job.state) = (false, .pending)
        if request.integer("job-impressions") != nil { job.sheets = sheets(request, copies: job.copies) }
        jobs[id] = job
        return true
    }

    mutating func cancel(_ id: Int) -> Bool { end(id, as: .canceled) }

    mutating func hold(_ id: Int) -> Bool {
        guard jobs[id]?.state == .pending else { return false }
        jobs[id]?.state = .held
        return true
    }

    mutating func release(_ id: Int) -> Bool {
        guard let job = jobs[id], job.state == .held, !job.isIncoming else { return false }
        jobs[id]?.state = .pending
        return true
    }

    private mutating func end(_ id: Int, as state: SimulatedJob.State) -> Bool {
        guard var job = jobs[id], !job.state.isOver else { return false }
        (job.state, job.ended) = (state, upTime)
        jobs[id] = job
        return true
    }

    /// A little of the oldest job: each request that comes in is a moment that has passed.
    mutating func work() {
        for job in jobs.values where job.isIncoming && upTime - job.created > SimulatedPrinter.documentWithin {
            _ = end(job.id, as: .aborted)
        }
        let ready = jobs.values.filter { $0.state == .pending || $0.state == .processing }
        guard var job = ready.min(by: { $0.id < $1.id }) else { return }
        (job.state, job.begun) = (.processing, job.begun ?? upTime)
        var left = isFeedSlipping ? 0 : sheetsPerMoment ?? job.sheets
        while left > 0, !isStopped, job.printed < job.sheets {
            (paperSheets, job.printed, left) = (paperSheets - 1, job.printed + 1, left - 1)
            if counter != .stuck { impressions += 1 }
        }
        if isFeedSlipping { job.printed = job.sheets }
        if job.printed == job.sheets { (job.state, job.ended) = (.completed, upTime) }
        jobs[job.id] = job
    }

    func attributes(of job: SimulatedJob) -> [IPPAttribute] {
        [
            .integers("job-id", job.id), .uri("job-uri", "\(uri)/jobs/\(job.id)"), .uri("job-printer-uri", uri),
            .name("job-name", job.name), .name("job-originating-user-name", job.user),
            .enums("job-state", [job.state.rawValue]), .keywords("job-state-reasons", job.reason),
            .integers("job-impressions", job.sheets), .integers("job-impressions-completed", job.printed),
            .integers("copies", job.copies), .time("time-at-creation", job.created),
            .time("time-at-processing", job.begun), .time("time-at-completed", job.ended),
            .integers("job-printer-up-time", upTime),
        ]
    }
}

extension SimulatedJob {
    fileprivate var reason: String {
        switch state {
        case .held: isIncoming ? "job-incoming" : "job-hold-until-specified"
        case .canceled: "job-canceled-by-user"
        case .aborted: "aborted-by-system"
        case .pending, .processing, .completed: "none"
        }
    }
}
