internal import Foundation
internal import Glibc

/// A file that is written completely or not at all: an existing file is replaced only once all of the new one is
/// written.
///
/// It is written next to the file that it replaces, under another name, and renamed (rename(2)). For a link, the target
/// is replaced, and keeps its mode; devices, pipes and folders are not replaced. If the folder isn't writable, or the
/// file is itself a mount point, as in a container, it is written in place, and is empty if that fails.
public final class WholeFile {
  /// The system's error number.
  public struct Failure: Error, Equatable {
    /// The error number, such as ENOSPC if the disk is full.
    public let code: Int32
  }

  private let path: String
  /// The temporary name; nil if it is written in place.
  private let temporary: String?
  /// The descriptor of the file with that name.
  private let descriptor: Int32
  private var isFinished = false
  /// The bytes of a file that is written in place.
  private var collected: [UInt8] = []

  /// Whether a path leads to something other than a regular file, which is not replaced.
  public static func isSpecial(_ path: String) -> Bool {
    var status = stat()
    return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT != S_IFREG
  }

  /// Begins a file, which doesn't appear under its name before `finish`.
  ///
  /// - Throws: if it can't be written there.
  public init(path named: String) throws(Failure) {
    // The user's umask applies.
    let mask = umask(0)
    umask(mask)
    var mode = 0o666 & ~mask
    var status = stat()
    let isThere = unsafe stat(named, &status) == 0
    if isThere {
      guard status.st_mode & S_IFMT == S_IFREG else { throw Failure(code: EINVAL) }
      // A file that may not be changed is not replaced, either.
      guard unsafe access(named, W_OK) == 0 else { throw Failure(code: errno) }
      mode = status.st_mode & 0o7777
    }
    let url = URL(filePath: named).resolvingSymlinksInPath()
    path = isThere ? url.path : named
    let folder = isThere ? url.deletingLastPathComponent().path : Self.folder(of: named)
    var template = Array((folder + "/.vcpu-shell.XXXXXX").utf8CString)
    descriptor = unsafe mkstemp(&template)
    guard descriptor >= 0 else {
      guard isThere, [EACCES, EPERM].contains(errno) else { throw Failure(code: errno) }
      temporary = nil
      return
    }
    temporary = String(
      decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    // Set before the mode, as a change of the owner clears some of its bits. Only root can give files to
    // others.
    if isThere, status.st_uid != geteuid() { _ = fchown(descriptor, status.st_uid, status.st_gid) }
    _ = fchmod(descriptor, mode)
  }

  private static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return String(path[..<slash])
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
    if let temporary, !isFinished { _ = unsafe unlink(temporary) }
  }

  /// Writes the whole file, and gives it its name.
  ///
  /// - Parameter isSafe: whether it must be on the disk when this returns, so that even a power failure loses
  ///   neither this file nor the previous one.
  /// - Throws: if it can't be written. Then an earlier file is unchanged.
  public func finish(_ bytes: [UInt8], isSafe: Bool) throws(Failure) {
    try append(bytes)
    try finish(isSafe: isSafe)
  }

  /// Adds bytes to those that the file will have.
  ///
  /// - Throws: if they can't be written: then the file isn't to be finished.
  public func append(_ bytes: [UInt8]) throws(Failure) {
    guard temporary != nil else {
      collected += bytes
      return
    }
    try Self.write(bytes, to: descriptor)
  }

  /// Gives the file its name, with the bytes that were added.
  ///
  /// - Parameter isSafe: as above.
  /// - Throws: if it can't be written. Then an earlier file is unchanged.
  public func finish(isSafe: Bool) throws(Failure) {
    guard let temporary else { return try Self.writeInPlace(collected, to: path) }
    try Self.checkRoom(descriptor)
    if isSafe, fsync(descriptor) != 0 { throw Failure(code: errno) }
    if unsafe rename(temporary, path) == 0 {
      isFinished = true
    } else {
      guard errno == EBUSY else { throw Failure(code: errno) }
      try copyInPlace()
    }
  }

  /// Writes what the temporary file has to the file itself, which can't be replaced.
  private func copyInPlace() throws(Failure) {
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let count = unsafe pread(descriptor, &buffer, buffer.count, off_t(collected.count))
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw Failure(code: errno) }
      if count == 0 { break }
      collected += buffer[..<count]
    }
    try Self.writeInPlace(collected, to: path)
  }

  private static func writeInPlace(_ bytes: [UInt8], to path: String) throws(Failure) {
    let descriptor = unsafe open(path, O_WRONLY | O_TRUNC | O_CLOEXEC)
    guard descriptor >= 0 else { throw Failure(code: errno) }
    defer { close(descriptor) }
    do {
      try write(bytes, to: descriptor)
      try checkRoom(descriptor)
    } catch {
      ftruncate(descriptor, 0)
      throw error
    }
  }

  private static func write(_ bytes: [UInt8], to descriptor: Int32) throws(Failure) {
    var written = 0
    while written < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { buffer in
        unsafe Glibc.write(descriptor, buffer.baseAddress! + written, buffer.count - written)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw Failure(code: count < 0 ? errno : EIO) }
      written += count
    }
  }

  private static func checkRoom(_ descriptor: Int32) throws(Failure) {
    // Some file systems report only now that there is no space: NFS, and those with quotas.
    let copy = dup(descriptor)
    if copy >= 0, close(copy) != 0 { throw Failure(code: errno) }
  }
}
