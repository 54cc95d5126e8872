internal import Glibc

/// Attributes of a file that change when it is rewritten.
struct FileStamp: Equatable {
  private let inode: UInt
  private let byteCount: Int
  private let seconds: Int
  private let nanoseconds: Int

  /// Nil for a file that doesn't exist.
  init?(path: String) {
    var information = stat()
    guard unsafe stat(path, &information) == 0 else { return nil }
    inode = information.st_ino
    byteCount = information.st_size
    seconds = information.st_mtim.tv_sec
    nanoseconds = information.st_mtim.tv_nsec
  }
}
