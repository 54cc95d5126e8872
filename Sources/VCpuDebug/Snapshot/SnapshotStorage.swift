internal import Foundation
internal import Glibc

/// A snapshot's file on disk.
enum SnapshotStorage {
  /// How long a file may be: what fills both parts does not compress to more.
  private static let byteLimit =
    SnapshotFile.memoryLimit + SnapshotFile.descriptionLimit + (1 << 20)

  /// Writes a file whole: it takes the place of one that was there only once all of it is on the disk.
  ///
  /// What a link leads to is written, and no device or folder is replaced.
  static func write(_ bytes: [UInt8], to named: String) throws(SnapshotError) {
    var path = named
    var status = stat()
    if unsafe stat(named, &status) == 0 {
      guard status.st_mode & S_IFMT == S_IFREG else {
        throw .cannotWrite(path: named, reason: "Not a regular file")
      }
      path = URL(filePath: named).resolvingSymlinksInPath().path
    }
    var template = Array((path + ".XXXXXX").utf8CString)
    let descriptor = unsafe mkstemp(&template)
    func failure() -> SnapshotError {
      .cannotWrite(path: named, reason: unsafe String(cString: strerror(errno)))
    }
    guard descriptor >= 0 else { throw failure() }
    let temporary = String(
      decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    do throws(SnapshotError) {
      defer { close(descriptor) }
      var written = 0
      while written < bytes.count {
        let count = unsafe bytes.withUnsafeBytes { buffer in
          unsafe Glibc.write(descriptor, buffer.baseAddress! + written, buffer.count - written)
        }
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { throw failure() }
        written += count
      }
      // A person's files are made as the mask says, and this one isn't a secret.
      let mask = umask(0)
      umask(mask)
      guard fchmod(descriptor, 0o666 & ~mask) == 0, fsync(descriptor) == 0,
        unsafe rename(temporary, path) == 0
      else { throw failure() }
    } catch {
      _ = unsafe unlink(temporary)
      throw error
    }
  }

  /// Reads a file, if it is not larger than a snapshot may be.
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
