import Testing
import ZoneCommandLine

@Suite("What a technician may type as a printer's place")
struct PrinterAddressTests {
    @Test(
        "addresses, and what is asked there",
        arguments: [
            ("192.168.1.7", "ipp://192.168.1.7/ipp/print"),
            ("printer.local:8631", "ipp://printer.local:8631/ipp/print"),
            ("IPP://192.168.1.7:631/ipp/print", "ipp://192.168.1.7/ipp/print"),
            ("ipps://HALL-1/printers/a", "ipps://hall-1/printers/a"), ("[fe80::1]:631", "ipp://[fe80::1]/ipp/print"),
            ("ipp://192.168.1.7/", "ipp://192.168.1.7/ipp/print"),
        ])
    func good(_ text: String, _ uri: String) {
        #expect(PrinterAddress(text)?.uris.first == uri)
    }

    @Test(
        "what is no such address, above all what means something to a shell, to cupsd or to YAML",
        arguments: [
            "", "http://192.168.1.7/", "socket://192.168.1.7", "file:///etc/passwd", "ipp://user@host/", "-oX", "a b",
            "host;rm", "ipp://host/ipp?waitjob=false", "ipp://host/#x", "host:0", "host:99999", "host:x", "$(id)",
            "ipp://host/a\nb", "打印机", "ipp://host/%2e", "[::1", "[zz]", "ipp://", "'x'", "host\u{301}",
        ])
    func bad(_ text: String) { #expect(PrinterAddress(text) == nil) }

    @Test("an address that was read back is the same")
    func stable() throws {
        for text in ["192.168.1.7", "ipps://h:8631/x_y-z.1", "[::1]"] {
            let address = try #require(PrinterAddress(text))
            for uri in address.uris { #expect(PrinterAddress(uri)?.uris == [uri]) }
        }
    }

    @Test("a network has at most 256 addresses, and those of nobody are left out")
    func networks() throws {
        let home = try #require(NetworkRange("192.168.1.77/24")).hosts
        #expect(home.count == 254 && home.first == "192.168.1.1" && home.last == "192.168.1.254")
        #expect(NetworkRange("10.0.0.4/30")?.hosts == ["10.0.0.5", "10.0.0.6"])
        #expect(NetworkRange("10.0.0.4/31")?.hosts == ["10.0.0.4", "10.0.0.5"])
        #expect(NetworkRange("255.255.255.255/32")?.hosts == ["255.255.255.255"])
        for text in [
            "10.0.0.0/8", "10.0.0.0/23", "10.0.0.0", "10.0.0/24", "10.0.0.256/24", "10.0.0.0/33", "::/120", "/",
        ] {
            #expect(NetworkRange(text) == nil, "\(text)")
        }
    }

    @Test("names of queues that a shell, a path and cupsd take for nothing else")
    func queueNames() {
        for name in ["hall", "Hall_2-b"] { #expect(QueueName(name) != nil) }
        for name in ["", "-x", "a b", "a/b", "a#b", "队列", "a'b", "..", String(repeating: "a", count: 128)] {
            #expect(QueueName(name) == nil, "\(name)")
        }
    }
}
