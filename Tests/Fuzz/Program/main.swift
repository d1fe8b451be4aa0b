// Purpose: libFuzzer's driver around one entry, chosen by ZONE_FUZZ; without it the entries are listed. SwiftPM renames
// `main` of executables, which -parse-as-library cannot survive, so the driver is called from here.
import Glibc
import ZoneFuzzEntries

typealias OneInput = @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt

@_silgen_name("LLVMFuzzerRunDriver")
func runDriver(
    _ count: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>, _ take: OneInput
) -> CInt

enum Chosen {
    static let entry = getenv("ZONE_FUZZ").flatMap { name in
        FuzzEntry.all.first { $0.name == String(cString: name) }
    }
}

/// libFuzzer's library looks for this name even when the driver is given the function.
@_cdecl("LLVMFuzzerTestOneInput")
func takeOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    do {
        try Chosen.entry?.take(Array(UnsafeBufferPointer(start: start, count: count)))
    } catch {
        let line = Array("BROKEN PROMISE: \(error)\n".utf8)
        write(STDERR_FILENO, line, line.count)
        abort()
    }
    return 0
}

if Chosen.entry == nil {
    for entry in FuzzEntry.all { print(entry.name, entry.longest) }
} else {
    var count = CommandLine.argc
    var arguments = CommandLine.unsafeArgv
    exit(runDriver(&count, &arguments, takeOneInput))
}
