import Foundation

@testable import GDBRemote

/// Data from real stubs, which `Transcripts/README.md` lists.
enum Transcript {
  static func bytes(_ stub: String, _ file: String) throws -> [UInt8] {
    let folder = Bundle.module.bundleURL.appending(path: "Transcripts").appending(path: stub)
    return Array(try Data(contentsOf: folder.appending(path: file)))
  }

  static func description(_ stub: String) throws -> TargetDescription {
    try TargetDescription(root: "target.xml", cache: nil) { (name) throws(RemoteError) in
      guard let bytes = try? bytes(stub, name) else {
        throw RemoteError(.connectionClosed, "no recording of \(name)")
      }
      return bytes
    }
  }

  /// The `g` packet that the stub sent at its first stop.
  static func generalRegisters(
    _ stub: String, in description: TargetDescription
  ) throws -> GeneralRegisters? {
    RegisterBytes(parsing: try bytes(stub, "g")).map {
      GeneralRegisters($0, in: description.registers)
    }
  }
}
