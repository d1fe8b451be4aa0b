import ZoneConfig
import ZoneYAML

/// Two files with every key there is, and how they are read.
enum Layers {
    static let site = """
        zone: liangping-01
        node: pc-1
        name: 梁平专区
        type: hall
        hours:
          revision: 2
          mon: 09:00-12:00 14:00-17:00
          sat: closed
          exceptions:
            2026-10-01: closed
        hub:
          url: https://127.0.0.1:8081
        network:
          portals:
            - name: 区门户
              url: https://www.example.gov.cn/
              mark: 政府信息公开
        devices:
          - id: printer-1
            kind: printer
            uri: ipp://192.0.2.7/ipp/print
            place: 咨询台旁
          - id: touch-left
            kind: touchPanel
            match:
              usb: "222a:0001"
        nodes:
          - node: pc-1
            place: 大厅
        journal:
          sizeMiB: 128
        """

    static let remote = """
        purpose: demo
        hours:
          revision: 3
          sat: 09:00-12:00
          exceptions:
            2026-10-10: 10:00-12:00
        network:
          portals:
            - name: 区门户
              mark: 公开
            - name: 市门户
              url: https://city.example.gov.cn/
        devices:
          - id: printer-1
            place: 东门
          - id: box-1
            kind: suggestionBox
            watch: person
        nodes:
          - node: pc-2
            place: 二楼
        journal:
          days: 30
        """

    /// The least that a site must say.
    static let least = "zone: a\nnode: b\n"

    static func read(_ site: String, _ remote: String? = nil) throws(FileComplaint) -> ReadConfiguration {
        try ReadConfiguration(
            site: ConfigurationText(file: "site.yaml", text: site),
            remote: remote.map { ConfigurationText(file: "remote.yaml", text: $0) })
    }

    /// What is wrong with the two files; `nil` when nothing is.
    static func complaint(_ site: String, _ remote: String? = nil) -> FileComplaint? {
        do throws(FileComplaint) {
            _ = try read(site, remote)
            return nil
        } catch { return error }
    }

    /// The number of the first line that contains `words`.
    static func line(of words: String, in text: String) -> Int? {
        text.split(separator: "\n", omittingEmptySubsequences: false).firstIndex { $0.contains(words) }.map { $0 + 1 }
    }
}
