import Testing

@Suite("Files and functions stay small")
struct SizeTests {
    @Test func noFileIsTooLong() {
        let endings = [".swift", ".c", ".h", ".py", ".js", ".css", ".html"]
        let files = Repository.files(below: "Sources", "Tests").filter { file in
            endings.contains { file.path.hasSuffix($0) }
        }
        expectNone(files.flatMap { SizeRules.findings(inFile: $0.path, lines: $0.lineCount) })
    }

    @Test func noFunctionIsTooLong() {
        let files = Repository.swiftFiles
        expectNone(files.flatMap { SizeRules.findings(in: $0) }, note: SizeRules.longest(10, of: files))
    }
}

@Suite("The size rules themselves")
struct SizeRuleTests {
    /// A function of so many lines, its keyword's line and the closing brace counted.
    private func function(_ head: String = "func work() {", lines: Int) -> String {
        ([head] + Array(repeating: "    step()", count: lines - 2) + ["}"]).joined(separator: "\n")
    }

    private func functions(_ text: String) -> [FunctionBody] { SwiftFile(path: "A.swift", text: text).functions }

    @Test func theLimitIsSharp() {
        func findings(_ lines: Int) -> [Finding] {
            SizeRules.findings(in: SwiftFile(path: "A.swift", text: "\n" + function(lines: lines)))
        }
        #expect(findings(60) == [])
        #expect(findings(61).map(\.description) == ["A.swift:2: work has 61 lines, at most 60: give its parts names"])
    }

    @Test(arguments: [
        "func work() {", "init?(_ text: String) throws(Trouble) {", "deinit {", "subscript(index: Int) -> Int {",
        "var total: Int {", "func each<T>(\n    _ body: (T) -> Void = { _ in }\n) -> [T] where T: Any {",
        "static func < (left: A, right: A) -> Bool {",
    ])
    func everyFormIsMeasured(_ head: String) {
        let breaks = head.count { $0 == "\n" }
        #expect(functions(function(head, lines: 70)).map(\.lineCount) == [70 + breaks])
    }

    @Test func bracesInStringsAndCommentsDoNotCount() {
        let text = ##"""
            func work() {
                // {
                /* { /* { */ */
                print("{", #"{ \( "{"#, "\(list.map { $0 }) {")
                let pattern = /[{"]/
                let page = """
                    { "
                    """
            }
            func next() {}
            """##
        #expect(functions(text).map(\.name) == ["work", "next"])
        #expect(functions(text).map(\.lineCount) == [9, 1])
    }

    @Test func declarationsWithoutBodyAndCallsAreNotMeasured() {
        let text = """
            protocol Port {
                func open()
                init(name: String)
                var name: String { get }
            }
            let port = Port.init(name: "x"), list = [1].map { .init($0) }
            if var name = port.name { name = "" }
            """
        #expect(functions(text).map(\.name) == ["name"])
    }

    @Test func longFilesAreSeen() {
        #expect(SizeRules.findings(inFile: "Sources/Core/A.swift", lines: 400) == [])
        #expect(SizeRules.findings(inFile: "Sources/Core/A.swift", lines: 401).count == 1)
        #expect(SizeRules.findings(inFile: "Sources/Programs/zonectl/A.swift", lines: 60) == [])
        #expect(SizeRules.findings(inFile: "Sources/Programs/zonectl/A.swift", lines: 61).count == 1)
    }
}
