/// Why a snapshot was not saved or opened.
public enum SnapshotError: Error, Equatable, CustomStringConvertible {
  /// The file cannot be read, with the system's reason.
  case cannotRead(path: String, reason: String)
  /// The file cannot be written, with the system's reason. An earlier file there is unchanged.
  case cannotWrite(path: String, reason: String)
  /// It doesn't begin like a snapshot.
  case notSnapshot
  /// It has an unknown version.
  case unknownVersion(UInt32)
  /// It isn't what was written: too short, too long, or changed.
  case damaged(String)
  /// It holds something invalid.
  case malformed(String)
  /// It is larger than a snapshot may be: with the part, and the limit in bytes.
  case tooLarge(String, limit: Int)
  /// An invalid range of memory, and why.
  case badRange(String)
  /// Too little is known about the target's architecture.
  case unknownArchitecture(String?)

  /// A sentence without a full stop.
  public var description: String {
    switch self {
    case .cannotRead(let path, let reason): "cannot read the snapshot \(path): \(reason)"
    case .cannotWrite(let path, let reason): "cannot write the snapshot \(path): \(reason)"
    case .notSnapshot: "the file isn't a snapshot: it does not begin with \"vcpusnap\""
    case .unknownVersion(let version):
      "the snapshot is of version \(version), and this shell knows version \(SnapshotFile.version)"
    case .damaged(let reason): "the snapshot is damaged: \(reason)"
    case .malformed(let reason): "the snapshot is malformed: \(reason)"
    case .tooLarge(let what, let limit):
      "\(what) of the snapshot is larger than \(limit >> 20) MiB"
    case .badRange(let reason): "this isn't a range of memory: \(reason)"
    case .unknownArchitecture(let name):
      "a snapshot cannot be made: too little is known about the architecture \(name ?? "(not given)")"
    }
  }
}
