import Foundation
import TestSupport

@testable import VCpuDebug

/// Guests in files.
struct LaunchFiles {
  let path: String

  /// A file with these bytes.
  static func flat(_ bytes: [UInt8]) throws -> LaunchFiles {
    try FileManager.default.createDirectory(
      at: FixtureImages.folder, withIntermediateDirectories: true)
    let url = FixtureImages.folder.appendingPathComponent("\(UUID()).bin")
    try Data(bytes).write(to: url)
    return LaunchFiles(path: url.path)
  }

  func image(memoryByteCount: UInt64) throws -> GuestImage {
    try GuestImage(path: path, memoryByteCount: memoryByteCount)
  }
}
