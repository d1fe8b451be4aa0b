import ZoneAgentCore
import ZoneConfig
import ZoneModel
import ZonePolicy
import ZoneYAML

/// `zonectl policy lint`: works on files, without a running agent.
package struct PolicyLint: Sendable {
    private let folder: PolicyFolder
    private let show: @Sendable (String) -> Void

    /// - Parameter files: laid over each other in this order; empty: what is shipped, then the site's.
    package init(root: String, files: [String], show: @escaping @Sendable (String) -> Void) {
        folder = files.isEmpty ? PolicyFolder(places: Places(root: root)) : PolicyFolder(paths: files)
        self.show = show
    }

    /// - Returns: whether there was nothing to complain about.
    package func run() -> Bool {
        var (sources, complaints) = ([Policy.Source](), [FileComplaint]())
        for file in folder.files {
            do throws(FileComplaint) {
                sources.append(Policy.Source(path: file.path, text: try file.text.get()))
            } catch { complaints.append(error) }
        }
        let policy = Policy(sources)
        complaints += policy.complaints
        for complaint in complaints { show("\(complaint)\n") }
        let sections = policy.sections
        let counts = [
            ("设备 rules", sections.rules.count), ("标识 signs", sections.signs.count), ("表格 forms", sections.forms.count),
            ("清单 checklists", sections.checkLists.count), ("日常工作 duties", sections.duties.count),
            ("评分 scoring", sections.scoring.count),
        ]
        show(counts.map { "\($0.0) \($0.1)" }.joined(separator: "，") + "\n")
        let (files, wrong) = (folder.files.count, complaints.count)
        show("\(files) 个文件，\(wrong) 处错误。 \(files) files, \(wrong) mistakes.\n")
        return complaints.isEmpty && !sources.isEmpty
    }
}
