/// The users that were seen, each counted once.
struct SeenUsers {
    private var ids: [UInt64] = []
    private var texts: TextInterner?
    private(set) var count = 0

    /// - Parameter interner: of the worker who met them, if users have codes.
    mutating func add(_ users: [Int32], _ interner: TextInterner?) {
        guard let interner else {
            for user in users { if let texts { addDecimal(user, to: texts) } else { addID(Int(user)) } }
            return
        }
        let texts = self.texts ?? textsOfIDs()
        for user in users { if interner.withText(of: Int(user), { texts.code(of: $0).isNew }) { count += 1 } }
    }

    private mutating func addID(_ user: Int) {
        if user >> 6 >= ids.count { ids += repeatElement(0, count: max(ids.count, (user >> 6) + 1 - ids.count)) }
        let bit: UInt64 = 1 << UInt64(user & 63)
        if ids[user >> 6] & bit == 0 { count += 1 }
        ids[user >> 6] |= bit
    }

    private mutating func addDecimal(_ user: Int32, to texts: TextInterner) {
        var text = String(user)
        if text.withUTF8({ texts.code(of: UnsafeRawBufferPointer($0)).isNew }) { count += 1 }
    }

    /// From now on users are told apart by their texts.
    private mutating func textsOfIDs() -> TextInterner {
        let made = TextInterner()
        texts = made
        count = 0
        for word in ids.indices { for bit in 0..<64 where ids[word] & (1 << UInt64(bit)) != 0 { addDecimal(Int32(word * 64 + bit), to: made) } }
        ids = []
        return made
    }
}
