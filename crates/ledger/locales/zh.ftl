# 账簿的拒绝说明
problem-ledger-key-wrong = 幂等标识不合规
problem-ledger-key-wrong-detail = 每笔记账需要一个不超过200字节的唯一标识，且不能以 open:、resolve:、reverse: 开头。
problem-ledger-unknown-template = 没有这个记账模板
problem-ledger-unknown-template-detail = 账簿中没有模板 { $template }。价值只能按模板流转。
problem-ledger-variable-missing = 缺少记账要素
problem-ledger-variable-missing-detail = 模板需要要素 { $name }。
problem-ledger-variable-unknown = 多余的记账要素
problem-ledger-variable-unknown-detail = 模板没有要素 { $name }。
problem-ledger-variable-wrong = 记账要素不合规
problem-ledger-variable-wrong-detail = 要素 { $name } 的类型或取值不符合模板要求。
problem-ledger-negative = 金额不能为负
problem-ledger-negative-detail = 要素 { $name } 为负数。更正请使用冲正。
problem-ledger-sum-differs = 金额合计不符
problem-ledger-sum-differs-detail = 应满足 { $check }，实际左边为 { $left }，右边为 { $right }（最小单位）。
problem-ledger-same-account = 转出与转入账户相同
problem-ledger-same-account-detail = { $path } 不能向自己转账。
problem-ledger-key-reused = 标识已用于另一笔记账
problem-ledger-key-reused-detail = 标识 { $key } 已用于内容不同的记账，本次未入账。
problem-ledger-period-closed = 会计期间已关闭
problem-ledger-period-closed-detail = { $month } 已关账，不能再记入该月。请记入当前月份。
problem-ledger-asset-changed = 账户币种不一致
problem-ledger-asset-changed-detail = 账户 { $path } 的币种与模板不一致，不能跨币种转账。
problem-ledger-short = 可用余额或额度不足
problem-ledger-short-detail = { $path } 可用 { $available }，需要 { $asked }（{ $asset } 最小单位，已扣除冻结部分）。
problem-ledger-over = 超出账户上限
problem-ledger-over-detail = { $path } 收回的不能超过其发出的（{ $asset }）。
problem-ledger-not-empty = 账户未结清
problem-ledger-not-empty-detail = 处理后 { $path } 应为零，仍余 { $left }（最小单位）。
problem-ledger-too-large = 金额过大
problem-ledger-too-large-detail = 合计超出系统可表示的范围。
problem-ledger-hold-too-long = 冻结期限不合规
problem-ledger-hold-too-long-detail = 冻结必须在当前时刻之后、90天以内到期。
problem-ledger-hold-resolved = 冻结已处理
problem-ledger-hold-resolved-detail = 该冻结已经处理：{ $state ->
        [posted] 已入账
        [expired] 已到期释放
       *[voided] 已撤销
    }。
problem-ledger-hold-expired = 冻结已到期
problem-ledger-hold-expired-detail = 该冻结已过期，资金将自动释放。
problem-ledger-hold-exceeded = 超出冻结金额
problem-ledger-hold-exceeded-detail = 冻结 { $held }，要求 { $asked }（最小单位）。
problem-ledger-hold-parts = 该冻结只能整体入账
problem-ledger-hold-parts-detail = 各分录冻结金额不同，不能部分入账。
problem-ledger-not-reversible = 不能冲正
problem-ledger-not-reversible-detail = 只能冲正已入账的记账；这是：{ $kind ->
        [hold] 冻结（请撤销）
        [reverse] 一笔冲正
       *[other] 冻结的释放
    }。
problem-ledger-already-reversed = 已经冲正
problem-ledger-already-reversed-detail = 这笔记账此前已冲正，不能再次冲正。
problem-ledger-period-not-over = 该月份尚不能关账
problem-ledger-period-not-over-detail = { $month } 不是已结束的月份（格式如 2026-10）。

# 账簿定义中的错误（能力包检查）
mistake-ledger-book-toml = 文件不是有效的 TOML：{ $what }
mistake-ledger-book-asset = 资产未声明或写法有误：{ $what }
mistake-ledger-book-path = 名称写法有误：{ $what }
mistake-ledger-book-duplicate = 重复声明：{ $what }
mistake-ledger-book-overlap = 与另一账户类别 { $what } 可能指同一账户
mistake-ledger-book-opening = 开户来源账户不合规：{ $what }
mistake-ledger-book-account = 没有符合的账户类别：{ $what }
mistake-ledger-book-variable = 要素未声明、类型不对或名称保留：{ $what }
mistake-ledger-book-unused = 要素未被使用：{ $what }
mistake-ledger-book-amount = 数量写法有误：{ $what }
mistake-ledger-book-same-account = 转出与转入相同：{ $what }
mistake-ledger-book-limit = 额度必须取自额度类资产并指明所限分录：{ $what }
mistake-ledger-book-check = 等式写法有误：{ $what }
mistake-ledger-book-crossing = 一个模板只能流转一种资产：{ $what }
mistake-ledger-book-legs = 分录数量不合规：{ $what }
