internal import Foundation

/// Everything in a snapshot except the bytes of its memory: the description in its file.
struct SnapshotContents: Codable, Equatable {
  /// The program that saved it.
  var program: String
  /// When it was saved, in the form of RFC 3339.
  var date: String
  var target: SavedTarget
  var threads: [SavedThread]
  /// The thread that was selected, and the one that the target named.
  var selectedThread: SavedTarget.Thread?
  var currentThread: SavedTarget.Thread?
  /// The ranges whose bytes follow, in order, and those that could not be read.
  var memory: [Range]
  var gaps: [Gap]
  /// How exits are found, if there is a hypervisor.
  var exits: SavedExits?
  var breakpoints: SavedBreakpoints
  var modules: [SavedModule]

  /// Memory of a space.
  struct Range: Codable, Equatable {
    /// `hv`, `guest`, `pa`; empty for a target without guests.
    var space: String
    /// The index in `threads` of the CPU that sees it; absent for physical memory, and for a program's.
    var thread: Int?
    var start: SavedNumber
    var byteCount: Int
  }

  struct Gap: Codable, Equatable {
    var space: String
    var thread: Int?
    var start: SavedNumber
    var byteCount: Int
    var failure: SavedFailure
  }

  /// The description as JSON.
  func json() throws -> [UInt8] {
    let encoder = JSONEncoder()
    // Equal snapshots make equal files.
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return Array(try encoder.encode(self))
  }

  /// The contents of a description.
  init(json: [UInt8]) throws(SnapshotError) {
    do {
      self = try JSONDecoder().decode(Self.self, from: Data(json))
    } catch let error as DecodingError {
      throw .malformed(Self.text(of: error))
    } catch {
      throw .malformed("its description is not JSON")
    }
    try validate()
  }

  private static func text(of error: DecodingError) -> String {
    func place(_ context: DecodingError.Context) -> String {
      context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? "." + $0.stringValue }.joined()
    }
    return switch error {
    case .keyNotFound(let key, let context):
      "its description lacks \(place(context)).\(key.stringValue)"
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      "\(place(context)) of its description has the wrong type"
    case .dataCorrupted(let context):
      context.codingPath.isEmpty
        ? "its description is not JSON" : "\(place(context)): \(context.debugDescription)"
    @unknown default: "its description cannot be read"
    }
  }
}
