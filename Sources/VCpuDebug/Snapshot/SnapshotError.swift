/// Why a snapshot was not saved or not opened, in words.
public enum SnapshotError: Error, Equatable, CustomStringConvertible {
  /// The file cannot be read, with the system's reason.
  case cannotRead(path: String, reason: String)
  /// The file cannot be written, with the system's reason. What was there is still there.
  case cannotWrite(path: String, reason: String)
  /// It does not begin as a snapshot does.
  case notSnapshot
  /// It is of a version that is not known here.
  case unknownVersion(UInt32)
  /// It is not what was written: too short, too long, or changed.
  case damaged(String)
  /// It holds something that no snapshot has.
  case malformed(String)
  /// It is larger than a snapshot may be: what, and how many bytes there may be.
  case tooLarge(String, limit: Int)
  /// A range of memory that makes no sense, and why.
  case badRange(String)
  /// The target is of an architecture of which too little is known.
  case unknownArchitecture(String?)

  /// A sentence without its full stop.
  public var description: String {
    switch self {
    case .cannotRead(let path, let reason): "cannot read the snapshot \(path): \(reason)"
    case .cannotWrite(let path, let reason): "cannot write the snapshot \(path): \(reason)"
    case .notSnapshot: "the file isn't a snapshot: it does not begin with \"vcpusnap\""
    case .unknownVersion(let version):
      "the snapshot is of version \(version), and this shell knows version \(SnapshotFile.version)"
    case .damaged(let reason): "the snapshot is damaged: \(reason)"
    case .malformed(let reason): "the snapshot makes no sense: \(reason)"
    case .tooLarge(let what, let limit):
      "\(what) of the snapshot is more than \(limit >> 20) MiB"
    case .badRange(let reason): "this isn't a range of memory: \(reason)"
    case .unknownArchitecture(let name):
      "no snapshot is made of the architecture \(name ?? "that the stub does not name"): too little is known of it"
    }
  }
}
