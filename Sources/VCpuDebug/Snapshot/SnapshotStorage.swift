internal import Foundation
internal import Glibc

/// A snapshot's file on disk.
enum SnapshotStorage {
  /// How long a file may be: two parts of the maximum size don't compress to more.
  private static let byteLimit =
    SnapshotFile.memoryLimit + SnapshotFile.descriptionLimit + (1 << 20)

  /// Writes a complete file, and only then replaces an existing one. Devices and folders are not replaced.
  static func write(_ bytes: [UInt8], to path: String) throws(SnapshotError) {
    guard !WholeFile.isSpecial(path) else {
      throw .cannotWrite(path: path, reason: "Not a regular file")
    }
    do throws(WholeFile.Failure) {
      try WholeFile(path: path).finish(bytes, isSafe: true)
    } catch {
      throw .cannotWrite(path: path, reason: unsafe String(cString: strerror(error.code)))
    }
  }

  /// Reads a file, unless it is larger than a snapshot may be.
  static func read(_ path: String) throws(SnapshotError) -> [UInt8] {
    func failure(_ reason: String) -> SnapshotError { .cannotRead(path: path, reason: reason) }
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw failure(unsafe String(cString: strerror(errno))) }
    let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw failure("Not a regular file")
    }
    guard status.st_size <= byteLimit else { throw .tooLarge("the file", limit: byteLimit) }
    do {
      return Array(try handle.read(upToCount: byteLimit + 1) ?? Data())
    } catch {
      throw failure("\(error.localizedDescription)")
    }
  }
}
