import Foundation

/// A request for a command, as a client writes it.
func request(_ id: Int, _ command: String) -> String {
  #"{"id":\#(id),"command":"\#(command)"}"#
}

/// A file with commands, which its creator removes.
func scriptFile(_ text: String) throws -> URL {
  let file = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
  try Data(text.utf8).write(to: file)
  return file
}
