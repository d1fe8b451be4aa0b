import ZoneConfig
import ZoneLinux
import ZoneProfiles

extension ProfileShelf {
    /// Reads `NN-name/*.yaml` below the shipped and then the site's folder.
    package init(places: Places) {
        self.init(folders: [places.shippedProfiles, places.siteProfiles])
    }

    package init(folders: [String]) {
        var sources: [Source] = []
        for (root, top) in folders.enumerated() {
            for folder in SmallFile.list(top) {
                for name in SmallFile.list("\(top)/\(folder)") where name.hasSuffix(".yaml") {
                    let path = "\(top)/\(folder)/\(name)"
                    // A file that cannot be read becomes a complaint about its content, with its name.
                    let text = (try? SmallFile.read(path, limit: 64 * 1024)) ?? "unreadable"
                    sources.append(Source(path: path, root: root, folder: folder, text: text))
                }
            }
        }
        self.init(sources)
    }
}
