/// What a folder and a file of the tree must and must not hold.
enum TreeRules {
    /// Where drivers and their simulators are put on the list, by the names of their families.
    static let lists = ["Sources/Core/ZoneAgentCore/Drivers.swift", "Sources/Core/ZoneSimulation/"]

    /// Makers and their chips. Outside Drivers/ and hw-profiles/ the product does not know them.
    private static let vendors: Set = [
        "brother", "canon", "deli", "egalax", "elo", "epson", "fujifilm", "goodix", "hp", "ilitek", "konica", "kyocera",
        "lenovo", "lexmark", "mcp2221", "minolta", "onbon", "pantum", "ricoh", "samsung", "toshiba", "wacom", "xerox",
    ]

    /// A folder's files say in front what the target is for.
    static func missingPurpose(_ target: Manifest.Target, files: [RepositoryFile]) -> [Finding] {
        let own = files.filter { $0.path.hasPrefix(target.folder + "/") && $0.path.hasSuffix(".swift") }
        let hasPurpose = own.contains { $0.lines.prefix(6).contains { $0.hasPrefix("// Purpose:") } }
        guard !hasPurpose else { return [] }
        let advice = "no file of \(target.name) begins with “// Purpose: …”: say there what the target is for"
        return [Finding(own.first?.path ?? target.folder, 1, advice)]
    }

    static func vendorNames(in file: RepositoryFile) -> [Finding] {
        file.lines.enumerated().flatMap { number, line in
            parts(of: line).filter(vendors.contains).map {
                Finding(file.path, number + 1, "“\($0)” is a vendor: that knowledge goes to hw-profiles/ or Drivers/")
            }
        }
    }

    /// The words of a line in small letters, names in camel case taken apart.
    private static func parts(of line: Substring) -> Set<String> {
        var (found, word): (Set<String>, String) = ([], "")
        var previous: Character = " "
        for character in line {
            let startsHump = character.isUppercase && previous.isLowercase
            if startsHump || !(character.isLetter || character.isNumber) {
                found.insert(word.lowercased())
                word = ""
            }
            if character.isLetter || character.isNumber { word.append(character) }
            previous = character
        }
        return found.union([word.lowercased()])
    }

    static let binaryLimit = 1 << 20

    static func largeBinary(_ file: RepositoryFile) -> [Finding] {
        let isPicture = file.path.hasPrefix("docs/") && file.path.hasSuffix(".png")
        guard file.isBinary, file.bytes.count > binaryLimit, !isPicture else { return [] }
        return [
            Finding(file.path, 1, "\(file.bytes.count) bytes of binary: build or download it instead of keeping it")
        ]
    }

    /// Written in pieces, so that this file does not find itself.
    private static let postponed = ["TO" + "DO", "FIX" + "ME"]
    private static let machinePaths = ["home", "Users", "root", "work"].map { "/" + $0 + "/" }

    static func leftovers(in file: RepositoryFile) -> [Finding] {
        guard !file.isBinary else { return [] }
        return file.lines.enumerated().flatMap { number, line -> [Finding] in
            let words = line.split { !$0.isLetter && !$0.isNumber && $0 != "_" }
            let notes = postponed.filter { note in words.contains { $0 == note } }.map {
                Finding(file.path, number + 1, "\($0): do it, or describe it where work is planned")
            }
            let paths = machinePaths.filter { isPath($0, in: line) }.map {
                Finding(file.path, number + 1, "a path below \($0) exists on one machine only: find it at run time")
            }
            return notes + paths
        }
    }

    /// Only where a path begins: `/var/x` + the name is another folder.
    private static func isPath(_ start: String, in line: Substring) -> Bool {
        let bytes = Array(line.utf8)
        return bytes.indices.contains { index in
            guard bytes[index...].starts(with: start.utf8) else { return false }
            guard index > 0 else { return true }
            return !bytes[index - 1].isWordByte && !".-})~*$<>".utf8.contains(bytes[index - 1])
        }
    }
}
