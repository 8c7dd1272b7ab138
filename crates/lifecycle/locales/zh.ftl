# 还差什么：每种缺项一句，句子之间以 missing-joiner 相连，前面加 missing-prefix。
missing-prefix = 还差：
missing-joiner = ；
missing-or = ，或者
missing-fact = { $what }
missing-fact-stands = 须先排除：{ $what }
missing-thing = { $what }
missing-reason = 填写理由
missing-form = { $count ->
    [0] 填写并提交“{ $what }”
   *[other] “{ $what }”还有 { $count } 项未填（{ $fields }）
 }
missing-signature = { $waiting ->
    [0] “{ $what }”尚未送签
   *[other] “{ $what }”还有 { $waiting } 份未签，共需 { $needed } 份，已签 { $signed } 份（未签：{ $names }）
 }
missing-review = { $what }的结果
missing-review-not-passed = { $what }未通过
missing-review-not-signed = { $what }的评审签字
missing-review-passed = { $what }已通过，不适用此操作
missing-too-early = { $what }：最早 { $date }（还有 { $days } 天）
missing-too-late = { $what }：已于 { $date } 截止（逾期 { $days } 天）
missing-count = { $need ->
    [0] 还有 { $is } 项{ $what }
   *[other] { $what }为 { $is }，须 { $sign } { $need }
 }
missing-sum = { $what }为 { $is }，须 { $sign } { $need }
missing-budget = { $what }余额不足：现有 { $have }，需要 { $need }，差 { $short }
missing-over-limit = { $what }后为 { $is }，超过上限 { $limit }
missing-over-table = { $what }为 { $is }，超过“{ $table }”第 { $row } 档的 { $limit }
missing-value-is = { $what }为“{ $is }”，须为“{ $wanted }”
missing-value-is-not = { $what }不得为“{ $is }”
missing-too-low = { $what }为 { $is }，不得低于 { $need }
missing-too-high = { $what }为 { $is }，不得高于 { $need }
missing-value = { $what }尚未填报
missing-child-state = { $what }须为“{ $wanted }”，现为“{ $is }”
missing-children-open = { $what }还有 { $open } 件未办结
missing-not-concluded = { $what }尚无结论
missing-must-be = { $what }
missing-must-not = 须不是：{ $what }
missing-any-of = 以下任一项
missing-not-computable = 所填数值无法计算，请检查单位与范围
missing-role = 须由以下角色办理：{ $roles }
missing-wrong-state = 当前为“{ $is }”，不能进行此操作
missing-no-such-move = 没有“{ $what }”这一操作

# 流程定义的错误
mistake-shape = 文件结构不对：{ $what }
mistake-untranslated = 缺少中文或英文名称
mistake-bad-id = 标识“{ $what }”只能用小写字母、数字、下划线和点
mistake-twice = “{ $what }”重复定义
mistake-starts = 起始状态应恰好一个，现有 { $what } 个
mistake-no-state = 没有状态“{ $what }”
mistake-from-end = 结束状态“{ $what }”不能再有操作
mistake-no-outcome = 缺少 outcome（结果）
mistake-gate-review = 评审环节必须有 review，其他状态不得有
mistake-quorum = 法定人数须大于零且不超过人数
mistake-period = “{ $what }”不是时长，也不是时长参数
mistake-guard = 条件“{ $source }”第 { $from }–{ $to } 字节有误（{ $fault }：{ $what }）
mistake-effect = 效果“{ $source }”有误（{ $fault }：{ $what }）
mistake-undeclared = [uses] 未声明 { $kind }“{ $what }”
mistake-unused = [uses] 声明的 { $kind }“{ $what }”没有用到
mistake-no-clock = 定时操作没有会启动的时钟
mistake-unreachable = 从起点到不了这个状态
mistake-trap = 从这个状态到不了任何结束状态
mistake-one-way = 评审环节的出路少于两条
mistake-absent = 方案包里没有 { $kind }“{ $what }”
mistake-same-id = 有两个定义使用同一标识
mistake-no-such-move = 被推进的流程没有由 parent 执行的操作“{ $what }”
mistake-no-such-state = 关联流程没有状态“{ $what }”
mistake-never-fires = 与关联流程一起推演时，这个操作永远不会发生
mistake-advance-stuck = 推进“{ $what }”时，对方处于“{ $state }”，无法推进
mistake-joint-trap = 关联流程的组合状态（{ $state }）没有任何出路
mistake-too-large = 组合状态超过 { $what } 个，无法推演
