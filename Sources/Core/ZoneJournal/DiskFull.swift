import GRDB

extension DatabaseError {
    /// SQLITE_FULL, or the file system's own word for it in the middle of a write.
    var isDiskFull: Bool {
        resultCode.primaryResultCode == .SQLITE_FULL || extendedResultCode == .SQLITE_IOERR_WRITE
            || extendedResultCode == .SQLITE_IOERR_SHMSIZE
    }
}
