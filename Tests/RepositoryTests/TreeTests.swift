import Testing

@Suite("The tree is clean and says what it is for")
struct TreeTests {
    @Test func everyTargetStatesItsPurpose() {
        let files = Repository.files(below: "Sources")
        let targets = Repository.manifest.targets.filter { target in
            target.folder.hasPrefix("Sources/")
                && !["Sources/C/", "Sources/Programs/"].contains { target.folder.hasPrefix($0) }
        }
        expectNone(targets.flatMap { TreeRules.missingPurpose($0, files: files) })
    }

    @Test func vendorsAreKnownToDriversOnly() {
        let files = Repository.files(below: "Sources").filter { file in
            !(TreeRules.lists + ["Sources/Drivers/"]).contains { file.path.hasPrefix($0) }
        }
        expectNone(files.filter { !$0.isBinary }.flatMap { TreeRules.vendorNames(in: $0) })
    }

    @Test func binariesAreSmall() {
        expectNone(Repository.files(below: "").flatMap { TreeRules.largeBinary($0) })
    }

    @Test func nothingIsLeftOverFromTheAuthorsMachine() {
        expectNone(Repository.files(below: "").flatMap { TreeRules.leftovers(in: $0) })
    }
}

@Suite("The rules about the tree themselves")
struct TreeRuleTests {
    private func file(_ text: String, path: String = "Sources/Base/A/A.swift") -> RepositoryFile {
        RepositoryFile(path: path, bytes: Array(text.utf8))
    }

    @Test func aMissingPurposeIsSeen() {
        let target = Manifest.Target(name: "A", folder: "Sources/Base/A", needs: [], line: 1)
        let late = String(repeating: "\n", count: 6) + "// Purpose: too late"
        #expect(TreeRules.missingPurpose(target, files: [file(late)]).count == 1)
        #expect(
            TreeRules.missingPurpose(target, files: [file("// Purpose: x", path: "Sources/Base/B/B.swift")]).count == 1)
        #expect(TreeRules.missingPurpose(target, files: [file("import B"), file("// Purpose: x")]) == [])
    }

    @Test(arguments: ["// as Canon does", "let isHp = 1", "let epsonCode = 2", "case elo", "\"MCP2221\"", "a_wacom_b"])
    func vendorNamesAreSeen(_ line: String) { #expect(TreeRules.vendorNames(in: file("\n" + line)).map(\.line) == [2]) }

    @Test(arguments: ["canonical form", "delivered", "elodie", "php", "helps", "deliver(to: developers)"])
    func wordsThatContainThemAreFine(_ line: String) { #expect(TreeRules.vendorNames(in: file(line)) == []) }

    @Test func leftoversAreSeen() {
        for note in ["// TO" + "DO: later", "# FIX" + "ME", "\"/ho" + "me/anna/x\"", "cd /ro" + "ot/x", "/wo" + "rk/a"]
        {
            #expect(TreeRules.leftovers(in: file("first\n" + note)).map(\.line) == [2], "\(note)")
        }
        for note in [
            "mastodon", "todos", "/var/lib/zone-agent/wo" + "rk/x", "~/ho" + "me/x", "a \\(folder)/wo" + "rk/x",
        ] {
            #expect(TreeRules.leftovers(in: file(note)) == [], "\(note)")
        }
    }

    @Test func largeBinariesAreSeen() {
        let bytes = [UInt8](repeating: 0, count: TreeRules.binaryLimit + 1)
        #expect(TreeRules.largeBinary(RepositoryFile(path: "a.bin", bytes: bytes)).count == 1)
        #expect(TreeRules.largeBinary(RepositoryFile(path: "docs/wall.png", bytes: bytes)) == [])
        #expect(TreeRules.largeBinary(RepositoryFile(path: "a.bin", bytes: Array(bytes.dropFirst()))) == [])
    }
}
