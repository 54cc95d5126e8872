internal import ArmVCpu

/// An entry of the list of registers that can be decoded.
struct DecodableRegisterAnswer: Codable, Equatable, Sendable {
  let register: String
  let aliases: [String]
  let title: String

  init(_ decodable: DecodableRegister) {
    register = decodable.name.description
    aliases = decodable.aliases.map { $0.description.lowercased() }
    title = decodable.title.description
  }
}
