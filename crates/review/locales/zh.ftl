problem-review-rubric-unsound = 评审标准无法使用
problem-review-rubric-unsound-detail = 评审标准有误：{ $mistake ->
    [empty] 没有计分项
    [twice] 有两项同名
    [scale] 有一项的分值范围不成立
    [weight] 权重为负或全为零
   *[too_fine] 分值与权重过于零碎，无法精确合计
}。请修改后再开始评审。
problem-review-quorum-unsound = 评审人数设置有误
problem-review-quorum-unsound-detail = 席位为 { $size }，法定有效份数为 { $quorum }。席位、有效份数和每人在评上限都至少为 1，有效份数不得多于席位。
problem-review-due-in-the-past = 截止时间已过
problem-review-due-in-the-past-detail = 请选一个将来的截止时间。
problem-review-too-many-appointed = 指定成员多于席位
problem-review-too-many-appointed-detail = 指定了 { $appointed } 人，而席位只有 { $size } 个。
problem-review-appointed-conflicted = 指定成员须回避
problem-review-appointed-conflicted-detail = 指定成员中有 { $count } 人与评审对象有应回避的关系，请另行指定。
problem-review-too-few-eligible = 可抽取的专家不足
problem-review-too-few-eligible-detail = 排除须回避和已满额的人之后，可抽取 { $eligible } 人，需要 { $needed } 人。请扩大专家库或调整在评上限。
problem-review-round-not-open = 这一轮评审现在不能这样做
problem-review-round-not-open-detail = 评审状态：{ $state ->
    [gathering] 等待监督人提交承诺
    [drawing] 名单已冻结，等待抽取
    [reviewing] 评审中
    [closed] 已汇总
    [decided] 已用于决定
    [cancelled] 已取消
   *[other] { $state }
}。
problem-review-not-drawn = 评审组尚未抽取
problem-review-not-drawn-detail = 名单冻结后的第一个日志封存出来，就会抽取评审组。
problem-review-quorum-short = 有效评审不足
problem-review-quorum-short-detail = 需要 { $quorum } 份已签署的评审，现有 { $signed } 份{ $voided ->
    [0] 。
   *[other] ；另有 { $voided } 份因回避作废，替补评审人完成后再汇总。
}
problem-review-recusal-pending = 有回避申请未答复
problem-review-recusal-pending-detail = 还有 { $count } 件回避申请等待答复，答复后才能汇总。
problem-review-still-writing = 还有评审人未签署
problem-review-still-writing-detail = 还有 { $open } 人可写到 { $due }；到期或全部签署后才能汇总。
problem-review-due-not-later = 新的截止时间没有更晚
problem-review-due-not-later-detail = 延期只能往后，且须在现在之后。
problem-review-reason-missing = 请写明理由
problem-review-reason-missing-detail = 这里需要书面理由，最多 4000 字。
problem-review-rating-off-scale = 评价应为 1 至 5
problem-review-rating-off-scale-detail = 请给出 1 至 5 的整数。
problem-review-seat-not-open = 这份评审任务现在不能这样做
problem-review-seat-not-open-detail = 任务状态：{ $state ->
    [invited] 已邀请
    [accepted] 已接受，待声明
    [declared] 评审中
    [signed] 已签署
    [abstained] 已弃权
    [stood_aside] 已弃权并更换
    [declined] 已谢绝
    [recused] 已回避
   *[lapsed] 已收回
}。
problem-review-not-declared = 请先声明无利益冲突
problem-review-not-declared-detail = 接受邀请并声明无利益冲突之后，才能阅读材料和打分。
problem-review-statement-missing = 请就已知关系作出说明
problem-review-statement-missing-detail = 系统记录了你与评审对象之间需要说明的关系，请在声明中写明。
problem-review-sheet-unsound = 评分表有误
problem-review-sheet-unsound-detail = 有 { $count } 处需要修改。
problem-review-criterion-unknown = 没有这一项
problem-review-criterion-unknown-detail = 评审标准中没有“{ $criterion }”。
problem-review-mark-off-scale = 分值超出范围
problem-review-mark-off-scale-detail = 请给出 { $min } 至 { $max } 的整数。
problem-review-marks-missing = 还有必评项未打分
problem-review-marks-missing-detail = 还差 { $count } 项，打完分才能签署。
problem-review-mark-missing = 这一项必须打分
problem-review-mark-missing-detail = “{ $criterion }”是必评项。
problem-review-vote-missing = 还没有表决
problem-review-vote-missing-detail = 请选择赞成或反对；不愿表决可写明理由弃权。
problem-review-not-proved = 签署前请再次确认身份
problem-review-not-proved-detail = 签署须在五分钟内确认过身份。已保存的草稿不受影响。
problem-review-text-too-long = 文字过长
problem-review-text-too-long-detail = 最多 { $longest } 字。
problem-review-asked-already = 已申请过延期
problem-review-asked-already-detail = 本次延期你已申请过；超过三分之一成员申请时自动延期。
problem-review-recusal-asked = 已提出过这一回避申请
problem-review-recusal-asked-detail = 你对此人的回避申请正在等待答复。
problem-review-recusal-answered = 这一申请已有答复
problem-review-recusal-answered-detail = 回避申请只答复一次。
problem-review-recusal-own-matter = 不能答复与自己有关的申请
problem-review-recusal-own-matter-detail = 申请人和被申请回避的人都不能作出答复，请由其他工作人员办理。
problem-review-nonce-too-late = 现在不能提交
problem-review-nonce-too-late-detail = 承诺在名单冻结之前提交，随机数在冻结之后、抽取之前公布。
problem-review-commitment-unsound = 承诺格式有误
problem-review-commitment-unsound-detail = 承诺应为 64 位小写十六进制的 SHA-256。
problem-review-committed-already = 已提交过承诺
problem-review-committed-already-detail = 承诺一经提交不能更改。
problem-review-not-committed = 没有提交过承诺
problem-review-not-committed-detail = 名单冻结之前没有提交承诺的人，不能公布随机数。
problem-review-nonce-differs = 随机数与承诺不符
problem-review-nonce-differs-detail = 请提交与当初承诺对应的随机数。
review-note-without-observers = 本次抽取没有监督人的随机数：能写入日志的人理论上可以多次尝试冻结名单。
review-note-observer-silent = 有监督人没有公布随机数，种子中不含其随机数。
review-note-passed-over = 有人抽中但被跳过：冻结之后在评任务已满额，或发现了应回避的关系。
