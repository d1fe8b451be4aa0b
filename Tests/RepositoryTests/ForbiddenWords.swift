/// Calls and words that have no place in code, each with what to do instead. Strings and comments are not code.
enum ForbiddenWords {
    /// Names that are wrong wherever they are called.
    private static let calls = [
        "usleep": "wait on a ZoneClock",
        "nanosleep": "wait on a ZoneClock",
        "getaddrinfo": "it cannot be bounded: ask by DNSMessage, or in the worker child",
        "system": "start children through Subprocess",
        "popen": "start children through Subprocess",
        "wait4": "start children through Subprocess",
        "fatalError": "throw a typed error, or make the state impossible",
    ]

    /// C libraries by how their names begin, and the one target that calls them.
    private static let libraries: [(prefix: String, owner: String)] = [
        ("cups", "PrintingWorker"), ("ipp", "PrintingWorker"), ("http", "PrintingWorker"), ("libevdev_", "ZoneInput"),
        ("udev_", "ZoneUdev"), ("sd_", "ZoneBus"), ("sqlite3_", "GRDB"), ("zone_", "ZoneLinux"),
    ]

    /// In Sources/; `target` is where the file belongs.
    static func findings(inSource file: SwiftFile, target: String) -> [Finding] {
        file.words.indices.compactMap { index in
            let word = file.words[index]
            let advice =
                sleepAdvice(file, index, sleepers + ["ContinuousClock", "SuspendingClock"])
                ?? callAdvice(file, index) ?? libraryAdvice(file, index, target) ?? markAdvice(file, word)
            return advice.map { Finding(file.path, word.line, $0) }
        }
    }

    /// In Tests/ only waiting is looked at: what sleeps on the real clock is slow on one machine and flaky on another.
    static func findings(inTest file: SwiftFile) -> [Finding] {
        file.words.indices.compactMap { index in
            sleepAdvice(file, index, sleepers).map { Finding(file.path, file.words[index].line, $0) }
        }
    }

    /// What sleeps on the real clock whatever clock was handed in.
    private static let sleepers = ["Task", "Never", "Thread", "Glibc"]

    /// `sleep` is a method of clocks, with `for:` or `until:`; everything else of that name blocks or escapes them.
    private static func sleepAdvice(_ file: SwiftFile, _ index: Int, _ forbidden: [String]) -> String? {
        let word = file.words[index]
        guard word.text == "sleep", file.isCall(word), previousWord(file, index) != "func" else { return nil }
        let labelled = ["(for:", "(until:"].contains { file.rest(after: word).hasPrefix($0) }
        guard file.isMember(word) else { return labelled ? nil : "sleep( blocks a thread: wait on a ZoneClock" }
        let receiver = previousWord(file, index)
        if labelled, !forbidden.contains(receiver) { return nil }
        let isTheClock = file.path.hasSuffix("/ZoneLinux/SystemClock.swift") && receiver == "Task"
        return isTheClock ? nil : "\(receiver).sleep escapes the clock: wait on a ZoneClock"
    }

    private static func callAdvice(_ file: SwiftFile, _ index: Int) -> String? {
        let word = file.words[index]
        if ["try", "as"].contains(word.text), file.next(word) == UInt8(ascii: "!") {
            return "\(word.text)! ends the program: handle the failure"
        }
        if word.text == "waitUntilExit" { return "waitUntilExit has no deadline: start children through Subprocess" }
        guard let advice = calls[word.text], isPlainCall(file, index) else { return nil }
        return "\(word.text)( is forbidden: \(advice)"
    }

    private static func libraryAdvice(_ file: SwiftFile, _ index: Int, _ target: String) -> String? {
        let word = file.words[index]
        guard let library = libraries.first(where: { belongs(word.text, to: $0.prefix) }), library.owner != target,
            isPlainCall(file, index)
        else { return nil }
        return "\(word.text)( is called outside \(library.owner): use what that target offers"
    }

    /// `ippDelete`, `udev_new`; not `ippState` as a variable and not a word that merely begins alike.
    private static func belongs(_ name: String, to prefix: String) -> Bool {
        guard name.hasPrefix(prefix) else { return false }
        let rest = name.dropFirst(prefix.count)
        if prefix == "zone_" { return rest.allSatisfy { $0.isLowercase || $0 == "_" } }
        return prefix.hasSuffix("_") || rest.first?.isUppercase == true
    }

    /// A call of a free function: not a method, not a declaration.
    private static func isPlainCall(_ file: SwiftFile, _ index: Int) -> Bool {
        let word = file.words[index]
        guard file.isCall(word), previousWord(file, index) != "func" else { return false }
        return !file.isMember(word) || previousWord(file, index) == "Glibc"
    }

    private static func previousWord(_ file: SwiftFile, _ index: Int) -> String {
        index > 0 ? file.words[index - 1].text : ""
    }

    /// What the compiler no longer checks needs a comment that names what protects it.
    private static func markAdvice(_ file: SwiftFile, _ word: SwiftFile.Word) -> String? {
        let isMark =
            switch word.text {
            case "unchecked": file.previous(word) == UInt8(ascii: "@")
            case "nonisolated": file.rest(after: word).hasPrefix("(unsafe)")
            default: word.text == "Unmanaged"
            }
        guard isMark, !comments(near: word.line, of: file).contains("rotector") else { return nil }
        return "\(word.text) without protector: name what protects it in a comment beside it (“protector of …: …”)"
    }

    /// The line's own comment, the comment block above it, and the comment lines below it.
    private static func comments(near line: Int, of file: SwiftFile) -> String {
        var (first, last) = (line, line)
        while file.hasOnlyComment(first - 1) { first -= 1 }
        while file.hasOnlyComment(last + 1) { last += 1 }
        return (first...last).map { file.comment($0) }.joined(separator: " ")
    }
}
