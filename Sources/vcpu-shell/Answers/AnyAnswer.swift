/// An answer of any kind. Its JSON is the answer's own, whose `kind` says which one it is.
struct AnyAnswer: Sendable {
  let answer: any Answer

  init(_ answer: any Answer) { self.answer = answer }
}

extension AnyAnswer: Equatable {
  static func == (one: AnyAnswer, other: AnyAnswer) -> Bool {
    func isEqual<A: Answer>(_ answer: A) -> Bool { answer == other.answer as? A }
    return isEqual(one.answer)
  }
}

extension AnyAnswer: Codable {
  private enum CodingKeys: CodingKey { case kind }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let kind = try container.decode(String.self, forKey: .kind)
    guard let type = AnswerKinds.all.first(where: { $0.kind == kind }) else {
      throw DecodingError.dataCorruptedError(
        forKey: .kind, in: container, debugDescription: "there is no answer of the kind \"\(kind)\""
      )
    }
    answer = try type.init(from: decoder)
  }

  func encode(to encoder: any Encoder) throws { try answer.encode(to: encoder) }
}
