import Glibc
import ZoneLinux
import ZoneModel

/// A folder in which nothing of a citizen may be left: counted, and emptied where the site says so. Names and contents are
/// told to nobody. The kiosk's user may do there what it likes, while it is walked through: so each step goes by descriptor,
/// from the folder down, and no link is followed.
package struct ResidueFolder: Sendable {
    package struct Count: Sendable, Hashable {
        /// Things that are no folders, and are newer than asked for.
        package var left: Int
        package var removed: Int
        /// Folders that could not be looked into, and what could not be removed.
        package var failed: Int
        /// There was more than is looked at at once.
        package var isCut: Bool

        package init(left: Int = 0, removed: Int = 0, failed: Int = 0, isCut: Bool = false) {
            (self.left, self.removed, self.failed, self.isCut) = (left, removed, failed, isCut)
        }

        package static func + (one: Count, other: Count) -> Count {
            Count(
                left: one.left + other.left, removed: one.removed + other.removed, failed: one.failed + other.failed,
                isCut: one.isCut || other.isCut)
        }
    }

    private static let most = 20_000
    private static let deepest = 24

    private let path: String

    package init(_ path: String) { self.path = path }

    /// - Parameter began: what was written or changed since then is left; by the later of the file's own two times, because
    ///   the second one nobody sets.
    /// - Throws: what kept the folder from being opened; one that is not there is empty.
    package func look(since began: WallTime) throws(SystemError) -> Count {
        try walk(since: began, isClearing: false) { true }
    }

    /// Removes all that belongs to the folder's owner, who must not be root.
    /// - Parameter goesOn: asked before each thing; what is left then is left for the next time.
    package func clear(while goesOn: @escaping @Sendable () -> Bool = { true }) throws(SystemError) -> Count {
        try walk(since: WallTime(milliseconds: .min), isClearing: true, while: goesOn)
    }

    private func walk(
        since began: WallTime, isClearing: Bool, while goesOn: @escaping @Sendable () -> Bool
    ) throws(SystemError) -> Count {
        let folder: OwnedFD
        do throws(SystemError) {
            folder = try OwnedFD(path: path, flags: O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
        } catch {
            guard error.errno == ENOENT else { throw error }
            return Count()
        }
        var facts = stat()
        guard fstat(folder.raw, &facts) == 0 else { throw SystemError("stat \(path)") }
        guard !isClearing || facts.st_uid != 0 else { throw SystemError("clear \(path), which is root's own", EPERM) }
        var walk = Walk(
            since: began.milliseconds, isClearing: isClearing, owner: facts.st_uid, device: facts.st_dev,
            goesOn: goesOn, rest: ResidueFolder.most)
        walk.enter(folder, depth: 0)
        return walk.count
    }

    private struct Walk {
        let since: Int64
        let isClearing: Bool
        let owner: uid_t
        let device: dev_t
        let goesOn: @Sendable () -> Bool
        /// So many names may still be read: each takes memory until its folder is done.
        var rest: Int
        var count = Count()

        mutating func enter(_ folder: borrowing OwnedFD, depth: Int) {
            guard let names = Walk.names(in: folder.raw, most: rest) else {
                count.failed += 1
                return
            }
            if names.count > rest { count.isCut = true }
            let taken = names.prefix(rest)
            rest -= taken.count
            for name in taken {
                guard goesOn() else {
                    count.isCut = true
                    return
                }
                var facts = stat()
                guard fstatat(folder.raw, name, &facts, AT_SYMLINK_NOFOLLOW) == 0 else {
                    // One that is gone by now is nothing that is left.
                    if errno != ENOENT { count.failed += 1 }
                    continue
                }
                let isOurs = facts.st_uid == owner && facts.st_dev == device
                if facts.st_mode & S_IFMT == S_IFDIR {
                    descend(folder, name, facts, isOurs: isOurs, depth: depth)
                } else {
                    take(folder, name, facts, isOurs: isOurs)
                }
            }
        }

        private mutating func descend(
            _ folder: borrowing OwnedFD, _ name: [CChar], _ facts: stat, isOurs: Bool, depth: Int
        ) {
            let fd = openat(folder.raw, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            guard fd >= 0 else {
                count.failed += 1
                return
            }
            let inner = OwnedFD(adopting: fd)
            guard depth < ResidueFolder.deepest, facts.st_dev == device else {
                count.failed += 1
                return
            }
            enter(inner, depth: depth + 1)
            guard isClearing, isOurs else { return }
            // One with something of somebody else's in it stays.
            if unlinkat(folder.raw, name, AT_REMOVEDIR) != 0, errno != ENOTEMPTY { count.failed += 1 }
        }

        private mutating func take(_ folder: borrowing OwnedFD, _ name: [CChar], _ facts: stat, isOurs: Bool) {
            let seconds = max(Int64(facts.st_mtim.tv_sec), Int64(facts.st_ctim.tv_sec))
            if !isClearing {
                // Whole seconds: one that began within this second counts.
                if seconds >= since / 1000 { count.left += 1 }
            } else if isOurs {
                if unlinkat(folder.raw, name, 0) == 0 { count.removed += 1 } else { count.failed += 1 }
            } else {
                count.left += 1
            }
        }

        /// As bytes: a name need not be UTF-8 to be removed. One more than `most` where there are more.
        private static func names(in fd: CInt, most: Int) -> [[CChar]]? {
            let own = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
            guard own >= 0 else { return nil }
            guard let handle = fdopendir(own) else {
                close(own)
                return nil
            }
            defer { closedir(handle) }
            var names: [[CChar]] = []
            while names.count <= most, let entry = readdir(handle) {
                let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                    Array($0.bindMemory(to: CChar.self).prefix { $0 != 0 })
                }
                if name != [46], name != [46, 46] { names.append(name + [0]) }
            }
            return names
        }
    }
}

/// `app.residue`: what is there when a use is over.
enum ResidueSight {
    /// Whoever clears has this long, and the kiosk's program to go home.
    static let grace = Duration.seconds(20)

    static func symptoms(_ folders: [String], _ use: KioskUse, at now: WallTime) -> [Symptom] {
        guard !folders.isEmpty else { return [] }
        switch use {
        case .unknown: return [unknown("nobody was here yet")]
        case .underWay: return [unknown("in use")]
        case .over(let began, let ended):
            guard now.milliseconds - ended.milliseconds >= grace.milliseconds else { return [unknown("just over")] }
            return [sight(folders, since: began)]
        }
    }

    private static func sight(_ folders: [String], since began: WallTime) -> Symptom {
        var (count, blind, holding) = (ResidueFolder.Count(), String?.none, 0)
        for folder in folders {
            do throws(SystemError) {
                let found = try ResidueFolder(folder).look(since: began)
                if found.left > 0 { holding += 1 }
                count = count + found
            } catch {
                blind = blind ?? "\(error)"
            }
        }
        if count.left > 0 {
            let files = count.isCut ? "\(count.left) or more files" : counted(count.left, "file")
            return Symptom(.appResidue, .wrong(evidence: "\(files) in \(counted(holding, "folder"))"))
        }
        if let blind { return unknown(blind) }
        if count.failed > 0 { return unknown("permission, \(counted(count.failed, "folder"))") }
        return count.isCut ? unknown("more than can be looked at") : Symptom(.appResidue, .fine)
    }

    private static func counted(_ count: Int, _ name: String) -> String { "\(count) \(name)\(count == 1 ? "" : "s")" }

    private static func unknown(_ reason: String) -> Symptom { Symptom(.appResidue, .unknown(reason: reason)) }
}
