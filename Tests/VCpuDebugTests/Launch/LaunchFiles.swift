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

  func image(memoryByteCount: UInt64, isOneToOne: Bool = false) throws -> GuestImage {
    try GuestImage(
      path: path, in: GuestMemory(byteCount: memoryByteCount, isOneToOne: isOneToOne))
  }

  /// What a configuration of this guest loads.
  func load(_ change: (inout LaunchConfiguration) -> Void = { _ in }) throws -> GuestLoad {
    var configuration = LaunchConfiguration(hypervisor: "h", guest: path)
    change(&configuration)
    return try GuestLoad(configuration)
  }
}
