import DriverKit
import NetworkDriver
import Testing
import ZoneModel
import ZoneTestKit

@Suite("Network: redirects, captive portals, certificates")
struct NetworkPortalTests {
    private let plain = "http://www.example.gov.cn/"
    private let secure = "https://www.example.gov.cn/"
    private static let login = "<form><input name=\"p\" TYPE=\"password\"></form>"

    private func look(
        _ pages: [String: Result<PageAnswer, PageFailure>], _ urls: [String], mark: String? = ScriptedNetwork.mark,
        certificate: CertificateFact? = nil
    ) async throws -> NetworkLook {
        try await NetworkLook(ScriptedNetwork(pages: pages, certificate: certificate), urls, mark: mark)
    }

    @Test("a redirect is followed to the page that has the mark")
    func followed() async throws {
        let found = try await look([plain: .leads(to: secure), secure: .leads(to: "/zwgk/index.html")], [plain])
        #expect(found.codes.isEmpty)
        let portal = found.report.details?["portals"]?.arrayValue?.first
        #expect(
            portal?["way"]?.stringValue
                == "http://www.example.gov.cn/ → https://www.example.gov.cn/ → https://www.example.gov.cn/zwgk/index.html"
        )
    }

    @Test("a site that has moved is not a captive portal: the mark proves it")
    func moved() async throws {
        #expect(try await look([plain: .leads(to: "https://new.example.cn/")], [plain]).codes.isEmpty)
    }

    @Test("circles and endless ways end, and are told")
    func circles() async throws {
        let circle = try await look([plain: .leads(to: "/a"), plain + "a": .leads(to: "/")], [plain])
        #expect(circle.codes == [.networkPortal])
        #expect(circle.evidence(.networkPortal).contains("in a circle"))
        var endless = [plain: Result<PageAnswer, PageFailure>.leads(to: "/0")]
        for number in 0..<20 { endless[plain + "\(number)"] = .leads(to: "/\(number + 1)") }
        #expect(try await look(endless, [plain]).evidence(.networkPortal).contains("more than 5 redirects"))
    }

    @Test(
        "nobody on the line sends the agent to services of its own PC",
        arguments: ["127.0.0.1:631", "localhost", "[::1]", "[::ffff:127.0.0.1]", "[0:0::1]:631"])
    func home(_ host: String) async throws {
        let found = try await look([secure: .leads(to: "http://\(host)/admin")], [secure])
        #expect(found.codes == [.networkPortal])
        #expect(found.evidence(.networkPortal).contains("back to this PC"))
    }

    @Test("somebody in between sends every page away: one condition")
    func captive() async throws {
        let away = Result<PageAnswer, PageFailure>.leads(to: "http://10.0.0.1/login?mac=aa")
        let other = "http://zwgk.example.cn/"
        let found = try await look(
            [plain: away, other: away, "http://10.0.0.1/login?mac=aa": .says(200, Self.login)], [plain, other])
        #expect(found.codes == [.networkCaptive])
        #expect(found.evidence(.networkCaptive).contains("it leads to http://10.0.0.1/login"))
        #expect(!found.evidence(.networkCaptive).contains("mac="), "queries name people's machines")
    }

    @Test("a login form in place of the page, and the status made for it, are captive portals too")
    func captiveInPlace() async throws {
        #expect(try await look([plain: .says(200, Self.login)], [plain]).codes == [.networkCaptive])
        #expect(try await look([plain: .says(511)], [plain]).codes == [.networkCaptive])
    }

    @Test(
        "a page that sends a browser on by itself, by script or by meta element, is a captive portal's",
        arguments: [
            "<script>top.self.location.href='http://10.0.0.1/eportal/index.jsp?wlanuserip=aa'</script>",
            "<script>window.location.replace( \"HTTP://10.0.0.1/eportal/index.jsp\" );</script>",
            "<META HTTP-EQUIV='Refresh' CONTENT='0; URL=http://10.0.0.1/eportal/index.jsp'>",
            "<meta content=\"0;url=http://10.0.0.1/eportal/index.jsp\" http-equiv=refresh>",
        ])
    func captiveByItself(_ text: String) async throws {
        let page = Result<PageAnswer, PageFailure>.says(200, text)
        let foreign = certificate(names: ["login.test"])
        for urls in [[plain], [plain, secure], [secure]] {
            let found = try await look([plain: page, secure: .noHandshake], urls, certificate: foreign)
            #expect(found.codes == [.networkCaptive])
            #expect(
                found.evidence(.networkCaptive).contains(
                    "the page itself leads on to http://10.0.0.1/eportal/index.jsp"))
            #expect(!found.evidence(.networkCaptive).contains("wlanuserip"))
        }
    }

    @Test("a page without its mark that leads nowhere, or only about its own site, is that page's own trouble")
    func leadsAbout() async throws {
        for text in [
            "<script>if (location.protocol=='http:') { location.href='/zwgk/' }</script>",
            "<meta http-equiv=refresh content='0;url=http://zwgk.example.gov.cn/'>",
            "<script>location.href='http://elsewhere.test/'</script>" + String(repeating: "新闻", count: 4000),
        ] {
            #expect(try await look([plain: .says(200, text)], [plain]).codes == [.networkPortalContent])
        }
    }

    @Test("a form for phone and SMS in place of the page, and a foreign certificate beside it, are somebody in between")
    func captiveBySMS() async throws {
        let form = Result<PageAnswer, PageFailure>.says(
            200, "<form><input type=tel name=phone><input name=code></form>")
        let pages = [plain: form, secure: .noHandshake]
        let foreign = try await look(pages, [plain, secure], certificate: certificate(names: ["login.test"]))
        #expect(foreign.codes == [.networkCaptive])
        #expect(foreign.evidence(.networkCaptive).contains("a page without its mark"))
        #expect(
            try await look(pages, [secure], certificate: certificate(names: ["login.test"])).codes == [.networkCaptive])
        let expired = try await look(pages, [plain, secure], certificate: certificate(to: -1))
        #expect(expired.codes == [.networkPortalCertificate, .networkPortalContent], "its own, and two troubles")
        #expect(try await look([plain: form], [plain, secure]).codes == [.networkPortalContent], "https is believed")
    }

    @Test("a login page by https with a good certificate does not show that the line is open")
    func captiveWithTLS() async throws {
        let (login, other) = ("https://login.test/", "http://zwgk.example.cn/")
        let found = try await look(
            [plain: .leads(to: login), login: .says(200, Self.login), other: .says(200, "<p>wait</p>")], [plain, other])
        #expect(found.codes == [.networkCaptive])
    }

    @Test("where one page is open, the other's redirect is that page's own")
    func notCaptive() async throws {
        let other = "http://zwgk.example.cn/"
        let found = try await look(
            [other: .leads(to: "http://elsewhere.test/"), "http://elsewhere.test/": .says(200)], [plain, other])
        #expect(found.codes == [.networkPortalContent])
    }

    @Test("an https page behind a captive portal: the same host without TLS tells")
    func captiveBehindTLS() async throws {
        let away = Result<PageAnswer, PageFailure>.leads(to: "http://10.0.0.1/login")
        let foreign = certificate(names: ["login.test"])
        let caught = try await look(
            [secure: .noHandshake, plain: away, "http://10.0.0.1/login": .says(200, Self.login)], [secure],
            certificate: foreign)
        #expect(caught.codes == [.networkCaptive])
        let open = try await look([secure: .noHandshake, plain: .leads(to: secure)], [secure], certificate: foreign)
        #expect(open.codes == [.networkPortalCertificate])
    }

    /// Days from the clock of the tests.
    private func certificate(
        from: Int64 = -30, to: Int64 = 60, names: [String] = ["*.example.gov.cn"]
    ) -> CertificateFact {
        let now = ManualClock().wall()
        return CertificateFact(
            notBefore: now.advanced(byMilliseconds: from * 86_400_000),
            notAfter: now.advanced(byMilliseconds: to * 86_400_000), names: names, issuer: "CN=Nobody")
    }

    @Test("what is wrong with a certificate is said in words")
    func certificates() async throws {
        func evidence(_ fact: CertificateFact) async throws -> String {
            let found = try await look([secure: .noHandshake], [secure], certificate: fact)
            #expect(found.codes == [.networkPortalCertificate])
            return found.evidence(.networkPortalCertificate)
        }
        #expect(try await evidence(certificate(to: -1)).contains("expired on"))
        #expect(try await evidence(certificate(from: 1)).contains("begins on"))
        #expect(try await evidence(certificate(names: ["a.test"])).contains("for a.test, not for www.example.gov.cn"))
        #expect(try await evidence(certificate()).contains("by “CN=Nobody”"))
    }

    @Test("a certificate that ends within fourteen days is a warning", arguments: [(13, true), (14, false)])
    func endsSoon(_ days: Int64, _ isWarned: Bool) async throws {
        let found = try await look([:], [secure], certificate: certificate(to: days))
        #expect(found.codes == (isWarned ? [.networkPortalCertificate] : []))
        #expect(found.report.details?["portals"]?.arrayValue?.first?["certificateDays"]?.integerValue == days)
    }

    @Test("a site that has moved and is ill there is no captive portal")
    func movedAndIll() async throws {
        let (old, new) = ("http://old.gov.cn/", "https://new.cn/")
        #expect(try await look([old: .leads(to: new), new: .says(502)], [old]).codes == [.networkPortal])
        #expect(try await look([old: .leads(to: new), new: .refused], [old]).codes == [.networkPortal])
    }

    @Test("TLS that fails without a certificate is the page's own trouble")
    func noCertificate() async throws {
        #expect(try await look([secure: .noHandshake], [secure]).codes == [.networkPortal])
    }
}

@Suite("Network: addresses of pages")
struct WebAddressTests {
    @Test(
        "hosts are taken out of addresses",
        arguments: [
            ("https://www.example.gov.cn/a?b", "www.example.gov.cn"), ("http://192.0.2.1:8080/", "192.0.2.1"),
            ("http://user@host:1/", "host"), ("http://[2001:db8::1]:80/", "2001:db8::1"), ("HTTP://A.cn", "a.cn"),
        ])
    func hosts(_ url: String, _ host: String) { #expect(WebAddress(url)?.host == host) }

    @Test(
        "what is no page's address is none",
        arguments: [
            "", "http://", "ftp://a/", "javascript:alert(1)", "http://a:0/", "http://a:99999/", "http://[::1/",
            "http://[a:b]/",
            "http://[192.0.2.1]/", "//a/",
            "http://a /", "http://%31%32%37.0.0.1/", "http://墨.cn/", "http://a\r\nX: y/", "http://a\\b/",
            "http://" + String(repeating: "a", count: 3000),
        ])
    func refused(_ url: String) { #expect(WebAddress(url) == nil) }

    @Test(
        "locations lead on as RFC 3986 says",
        arguments: [
            ("/x", "http://a.cn:8080/x"), ("x", "http://a.cn:8080/d/x"), ("?q", "http://a.cn:8080/d/p?q"),
            ("//b.cn/y", "http://b.cn/y"), ("https://b.cn", "https://b.cn/"),
            ("x?u=http://c/", "http://a.cn:8080/d/x?u=http://c/"),
        ])
    func following(_ location: String, _ result: String) throws {
        #expect(try #require(WebAddress("http://a.cn:8080/d/p?old#f")).following(location)?.text == result)
    }

    @Test(
        "this PC has many names",
        arguments: ["localhost", "a.localhost", "127.0.0.1", "127.9.9.9", "0.0.0.0", "[::1]", "[::]", "[0::0001]"])
    func here(_ host: String) throws { #expect(try #require(WebAddress("http://\(host)/")).isOnThisMachine) }

    @Test("numbers that programs read in different ways are no numbers", arguments: ["0177.0.0.1", "+127.0.0.1"])
    func spellings(_ host: String) throws {
        #expect(try #require(WebAddress("http://\(host)/")).hostIsAddress == false)
    }

    @Test("hosts above and below are one site, others are not")
    func sites() throws {
        func isSame(_ left: String, _ right: String) throws -> Bool {
            try #require(WebAddress("http://\(left)/")).isSameSite(as: try #require(WebAddress("https://\(right)/")))
        }
        #expect(try isSame("www.a.gov.cn", "zwgk.a.gov.cn"))
        #expect(try isSame("a.gov.cn", "www.a.gov.cn"))
        #expect(try isSame("zwgk.a.gov.cn", "zwfw.a.gov.cn"))
        #expect(try !isSame("a.gov.cn", "b.gov.cn"))
        #expect(try !isSame("a.gov.cn", "xa.gov.cn"))
        #expect(try !isSame("192.0.2.1", "2.1"))
    }

    @Test("whatever a redirect says, what comes out is an address that reads itself again")
    func hostile() throws {
        var random = SeededGenerator(seed: 3)
        let here = try #require(WebAddress("http://a.cn/d/p"))
        let letters = Array("ab:/.?#[]@%\\ \r\n\u{202E}墨0-9http")
        for _ in 0..<20_000 {
            let text = String(
                (0..<Int.random(in: 0..<24, using: &random)).map { _ in letters.randomElement(using: &random) ?? "a" })
            guard let next = here.following(text) else { continue }
            #expect(WebAddress(next.text) == next, "\(text)")
            #expect(!next.host.isEmpty && !next.text.contains("\n"))
        }
    }
}
